import './theme.css';
import './lesson/file.css';
import { render } from 'preact';
import type { LessonData } from './lesson/data.ts';
import { Lesson } from './lesson/lesson.tsx';

/** The lesson in a file of its own: everything that it shows stands in the file. */
const data = JSON.parse(document.getElementById('data')!.textContent!) as LessonData;
const { answer } = data;

render(
  <main>
    <h1>“{answer.expression}”</h1>
    <p class="file-about">
      Asked of a picture, and answered by Spotter with the detector “{answer.detector}”.
    </p>
    <Lesson {...data} />
  </main>,
  document.getElementById('page')!,
);
