import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { remember } from './shared/history.ts';
import { openExample, openFile } from './shared/page-state.ts';
import { exampleList, examples } from './shared/picture.ts';
import { LoadNote } from './shared/problem-note.tsx';

const opened = async (opening: Promise<boolean>): Promise<void> => {
  if (await opening) await remember();
};

/** Where a picture is chosen: dropped, pasted, from a file or the camera, or one of the examples. */
export function Start(): JSX.Element {
  useEffect(() => {
    void exampleList.load();
  }, []);
  return (
    <div class="start">
      <p class="lead">
        Show it a picture, say what you are looking for, and it points at it, or says it isn't there.
      </p>
      <section class="drop" aria-labelledby="choose">
        <h2 id="choose">Your picture</h2>
        <p class="quiet">Drop it here, paste it, or</p>
        <p class="buttons">
          <FileButton label="Choose a picture" />
          <FileButton label="Take a photo" capture />
        </p>
        <p class="quiet small">JPEG, PNG, WebP, GIF, AVIF, HEIC or TIFF. It is kept in memory for an hour.</p>
      </section>
      <LoadNote of={exampleList} />
      {examples.value.length > 0 && (
        <section aria-labelledby="examples">
          <h2 id="examples">Or an example</h2>
          <ul class="examples">
            {examples.value.map(({ file, alt }) => (
              <li key={file}>
                <button type="button" onClick={() => opened(openExample(file))}>
                  <img src={`/examples/${file}`} alt="" loading="lazy" />
                  <span>{alt}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function FileButton({ label, capture = false }: { label: string; capture?: boolean }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const onChange = () => {
    const file = input.current?.files?.[0];
    if (file) void opened(openFile(file, file.name));
    // The same file may be chosen again.
    if (input.current) input.current.value = '';
  };
  return (
    <>
      <button type="button" class={capture ? 'camera' : 'primary'} onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={input}
        hidden
        type="file"
        accept="image/*,.heic,.heif,.tif,.tiff"
        capture={capture ? 'environment' : undefined}
        aria-label={label}
        onChange={onChange}
      />
    </>
  );
}
