import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAnnotator, type Mark } from '../annotate/annotate.ts';
import { referenceBox } from './annotations.ts';
import type { Measured } from './measure.ts';

/** Writes one annotated picture per answer: what was answered, numbered, and the reference box; with an index page. */
export async function writeGallery(folder: string, answers: readonly Measured[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const annotate = createAnnotator();
  const rows: string[] = [];
  for (const { annotation, picture, verdict } of answers) {
    if (!picture || !verdict) continue;
    const reference = referenceBox(annotation);
    const marks: Mark[] = verdict.candidates.slice(0, 3).map(({ box, label }) => ({ box, label }));
    if (reference) marks.push({ box: reference, label: 'reference' });
    const file = `${annotation.id}.jpg`;
    const caption = `${annotation.expression} -> ${verdict.outcome}`;
    await writeFile(join(folder, file), await annotate(picture, marks, { style: 'candidates', caption }));
    rows.push(
      `<figure><img src="${file}" loading="lazy"><figcaption>${escapeHtml(verdict.sentence)}</figcaption></figure>`,
    );
  }
  const style =
    'body{font-family:sans-serif;display:flex;flex-wrap:wrap}figure{width:30em;margin:1em}img{width:100%}';
  const page = `<!doctype html><meta charset="utf-8"><title>Failures</title><style>${style}</style>${rows.join('\n')}`;
  await writeFile(join(folder, 'index.html'), page);
}

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
