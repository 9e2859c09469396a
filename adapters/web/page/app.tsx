import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { AskView } from './ask/ask-view.tsx';
import { startColumns } from './compare/columns.ts';
import { CompareView } from './compare/compare-view.tsx';
import { remember } from './shared/history.ts';
import {
  closePicture,
  isCompared,
  isOpening,
  linkNotice,
  notice,
  openFile,
  picture,
} from './shared/page-state.ts';
import { ProblemNote } from './shared/problem-note.tsx';
import { Start } from './start.tsx';
import { TokenDialog } from './token-dialog.tsx';

/** The page: a picture to choose, and then questions about it, in one column or side by side. */
export function App(): JSX.Element {
  usePaste();
  const shown = picture.value;
  return (
    <>
      <header class="top">
        <h1>
          <a href="/" onClick={goTo(closePicture)}>
            Spotter
          </a>
        </h1>
        {shown && (
          <nav aria-label="Ways to ask">
            <Way label="Ask" isCurrent={!isCompared.value} go={() => (isCompared.value = false)} />
            <Way label="Side by side" isCurrent={isCompared.value} go={startColumns} />
          </nav>
        )}
        {shown && (
          <button type="button" class="plain" onClick={goTo(closePicture)}>
            New picture
          </button>
        )}
      </header>
      <main>
        {linkNotice.value && <ProblemNote problem={linkNotice.value} />}
        {notice.value && <ProblemNote problem={notice.value} />}
        {isOpening.value && (
          <p role="status" class="quiet">
            Opening the picture …
          </p>
        )}
        {!shown && <Start />}
        {shown && (isCompared.value ? <CompareView picture={shown} /> : <AskView picture={shown} />)}
      </main>
      <footer class="quiet">
        Pictures go to the server of this page, and from there to a language model only where one is set up.{' '}
        <a href="/docs/">API</a>
      </footer>
      <TokenDialog />
    </>
  );
}

const goTo = (change: () => void) => (event: Event) => {
  event.preventDefault();
  change();
  void remember();
};

function Way({ label, isCurrent, go }: { label: string; isCurrent: boolean; go: () => void }): JSX.Element {
  return (
    <button type="button" class="tab" aria-current={isCurrent ? 'page' : undefined} onClick={goTo(go)}>
      {label}
    </button>
  );
}

/** A picture that is pasted anywhere on the page, or dropped on it, is taken. */
function usePaste(): void {
  useEffect(() => {
    const take = async (data: DataTransfer | null, event: Event) => {
      const file = [...(data?.files ?? [])][0];
      if (!file) return;
      event.preventDefault();
      if (await openFile(file, file.name)) await remember();
    };
    const onPaste = (event: ClipboardEvent) => take(event.clipboardData, event);
    const onDrop = (event: DragEvent) => {
      document.body.classList.remove('dropping');
      return take(event.dataTransfer, event);
    };
    const onOver = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      document.body.classList.add('dropping');
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) document.body.classList.remove('dropping');
    };
    addEventListener('paste', onPaste);
    addEventListener('drop', onDrop);
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    return () => {
      removeEventListener('paste', onPaste);
      removeEventListener('drop', onDrop);
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
    };
  }, []);
}
