import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const SAID_MS = 2000;

/** Copies a text; where the browser forbids it, the text is shown to be copied by hand. */
export function CopyButton({ label, text }: { label: string; text: () => string }): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  const [byHand, setByHand] = useState<string>();
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    const copied = text();
    try {
      await navigator.clipboard.writeText(copied);
      setCopied(true);
    } catch {
      setByHand(copied);
    }
  };
  return (
    <>
      <button type="button" class="chip" onClick={copy}>
        <span aria-live="polite">{isCopied ? 'Copied' : label}</span>
      </button>
      {byHand !== undefined && <ByHand label={label} text={byHand} onClose={() => setByHand(undefined)} />}
    </>
  );
}

function ByHand({ label, text, onClose }: { label: string; text: string; onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    area.current?.select();
  }, []);
  return (
    <dialog ref={dialog} aria-label={label} onClose={onClose}>
      <p>The browser does not let this page copy. Copy it from here:</p>
      <textarea ref={area} readOnly rows={10} value={text} aria-label={label} />
      <p class="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </p>
    </dialog>
  );
}
