import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { tokenWanted } from './shared/api.ts';

/** Asks for the token that the server wants; it is kept until the tab is closed. */
export function TokenDialog(): JSX.Element | null {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const wanted = tokenWanted.value;
  useEffect(() => {
    if (wanted) dialog.current?.showModal();
  }, [wanted]);
  if (!wanted) return null;
  const give = (event: Event) => {
    event.preventDefault();
    const token = input.current!.value.trim();
    input.current!.value = '';
    wanted.give(token || undefined);
  };
  return (
    <dialog ref={dialog} aria-labelledby="token-title" onClose={() => wanted.give(undefined)}>
      <form onSubmit={give}>
        <h2 id="token-title">Token required</h2>
        <p>
          {wanted.wasWrong ? 'This token is not accepted. ' : ''}The operator of this server gives it to its
          users. It is kept until this tab is closed.
        </p>
        <label>
          Token
          <input ref={input} type="password" name="token" autocomplete="current-password" required />
        </label>
        <p class="buttons">
          <button type="submit" class="primary">
            Continue
          </button>
          <button type="button" onClick={() => wanted.give(undefined)}>
            Cancel
          </button>
        </p>
      </form>
    </dialog>
  );
}
