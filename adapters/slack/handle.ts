import type { PictureRef, ReplyHandle } from '../../src/chat/contract.ts';
import { cannotReply } from './failures.ts';
import type { Spot } from './spot.ts';

/** Slack wants messages of a channel to come and change about once a second, and people cannot read faster. */
export const PROGRESS_EVERY_MS = 3000;

/** Slack itself takes a gigabyte. */
export const MOST_BYTES = 20 * 2 ** 20;

export interface HandleOptions {
  readonly spot: Spot;
  readonly fetch: (picture: PictureRef, signal: AbortSignal) => Promise<Uint8Array>;
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
export function createHandle({ spot, fetch, everyMs = PROGRESS_EVERY_MS }: HandleOptions): Handle {
  let shownAt = Number.NEGATIVE_INFINITY;
  let words = '';
  let timer: NodeJS.Timeout | undefined;
  let state: 'working' | 'answered' | 'retired' = 'working';

  async function tell(): Promise<void> {
    timer = undefined;
    shownAt = Date.now();
    if (state !== 'working') return;
    await spot.working(words).catch((thrown) => {
      throw cannotReply(thrown);
    });
  }

  function retire(): void {
    clearTimeout(timer);
    state = 'retired';
  }

  return {
    spot,
    maxBytes: MOST_BYTES,
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
      await spot.answer(reply).catch((thrown) => {
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
