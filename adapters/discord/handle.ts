import type { PictureRef, Reply, ReplyHandle } from '../../src/chat/contract.ts';
import { CODE, cannotReply, isCode } from './failures.ts';
import { type Outgoing, outgoing } from './outgoing.ts';
import type { Spot } from './spot.ts';

/** Discord counts edits like messages: five in five seconds in a channel, and people cannot read faster. */
export const PROGRESS_EVERY_MS = 3000;

/** What Discord lets everybody post. */
export const USUAL_BYTES = 10 * 2 ** 20;

export interface HandleOptions {
  readonly spot: Spot;
  /** Discord itself shows already that we are at it. */
  readonly thinking: boolean;
  readonly maxBytes?: number;
  readonly fetch: (picture: PictureRef, signal: AbortSignal) => Promise<Uint8Array>;
  /** It is seen that we are at it, for the first time. */
  readonly onShown?: () => void;
  readonly everyMs?: number;
}

export interface Handle extends ReplyHandle {
  readonly spot: Spot;
  /** Says nothing any more. */
  retire(): void;
  /** Says nothing any more, and takes back what it said unless that is the answer. */
  takeBack(): Promise<void>;
}

/** Answers in one spot: with progress that is not too frequent, and in order. */
export function createHandle(options: HandleOptions): Handle {
  const { spot, thinking, maxBytes = USUAL_BYTES, fetch, onShown, everyMs = PROGRESS_EVERY_MS } = options;
  let shownAt = thinking ? Date.now() : Number.NEGATIVE_INFINITY;
  let words = '';
  let timer: NodeJS.Timeout | undefined;
  let state: 'working' | 'answered' | 'retired' = 'working';

  async function tell(): Promise<void> {
    timer = undefined;
    shownAt = Date.now();
    if (state !== 'working') return;
    await spot.show(outgoing({ text: words })).catch((thrown) => {
      throw cannotReply(thrown);
    });
    onShown?.();
  }

  function retire(): void {
    clearTimeout(timer);
    state = 'retired';
  }

  return {
    spot,
    maxBytes,
    fetch,
    async progress(now) {
      words = now;
      if (timer || state !== 'working') return;
      const wait = shownAt + everyMs - Date.now();
      if (wait <= 0) return tell();
      // Nobody waits for it, and where it cannot be shown the answer will tell.
      timer = setTimeout(() => void tell().catch(() => {}), wait);
      timer.unref();
    },
    async answer(reply) {
      clearTimeout(timer);
      if (state === 'retired') return;
      state = 'answered';
      await answer(spot, reply).catch((thrown) => {
        throw cannotReply(thrown);
      });
    },
    retire,
    async takeBack() {
      const answered = state === 'answered';
      retire();
      if (!answered) await spot.remove();
    },
  };
}

async function answer(spot: Spot, reply: Reply): Promise<void> {
  const message = outgoing(reply);
  const show = (shown: Outgoing) => (reply.onlyAsker ? spot.whisper(shown) : spot.show(shown));
  try {
    await show(message);
  } catch (thrown) {
    // The rest of a long text is a file, too; what the core knows of is the picture only.
    if (reply.picture || message.files.length === 0 || !isCode(thrown, CODE.missingPermissions)) throw thrown;
    await show({ ...message, files: [] });
  }
}
