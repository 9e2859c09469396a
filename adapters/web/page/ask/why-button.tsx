import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Lesson, type LessonAnswer } from '../lesson/lesson.tsx';
import type { Shown } from '../shared/picture.ts';
import type { Answer } from '../shared/types.ts';

interface WhyProps {
  readonly answer: Answer;
  readonly picture: Shown;
}

/** Opens the lesson: how the answer came about, step by step. */
export function WhyButton(props: WhyProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="chip" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Why?
      </button>
      {isOpen && <WhyDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function WhyDialog({ answer, picture, onClose }: WhyProps & { readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="why" aria-labelledby="why" onClose={onClose}>
      <div class="why-head">
        <h2 id="why">Why? “{answer.expression}”</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      <div class="why-body">
        {/* What the API's schema leaves open is an explanation of the core. */}
        <Lesson answer={answer as unknown as LessonAnswer} picture={picture.url} size={answer.image} />
      </div>
    </dialog>
  );
}
