import type { Reply, ReplyHandle } from './contract.ts';

/** How a platform shows things in one place. Each rejects with what the core is to hear of it. */
export interface TellingOptions {
  readonly show: (words: string) => Promise<void>;
  readonly say: (reply: Reply) => Promise<void>;
  /** Takes away what was shown. */
  readonly remove: () => Promise<void>;
  /** Progress is shown no more often than that, in milliseconds. */
  readonly everyMs: number;
  /** How long the platform itself shows that we are at it: progress begins after so many milliseconds; at once unless told. */
  readonly afterMs?: number;
}

export interface Telling extends Pick<ReplyHandle, 'progress' | 'answer'> {
  /** Says nothing any more. */
  retire(): void;
  /** Says nothing any more, and takes back what it said unless that is the answer. */
  takeBack(): Promise<void>;
}

/** Progress that is not too frequent, and then the answer: in order, and nothing after it. */
export function createTelling({ show, say, remove, everyMs, afterMs = 0 }: TellingOptions): Telling {
  let nextAt = Date.now() + afterMs;
  let words = '';
  let timer: NodeJS.Timeout | undefined;
  let state: 'working' | 'answered' | 'retired' = 'working';

  async function tell(): Promise<void> {
    timer = undefined;
    nextAt = Date.now() + everyMs;
    if (state === 'working') await show(words);
  }

  function retire(): void {
    clearTimeout(timer);
    state = 'retired';
  }

  return {
    async progress(now) {
      words = now;
      if (timer || state !== 'working') return;
      const wait = nextAt - Date.now();
      if (wait <= 0) return tell();
      // Nobody waits for it, and where it cannot be shown the answer will tell.
      timer = setTimeout(() => void tell().catch(() => {}), wait);
      timer.unref();
    },
    async answer(reply) {
      clearTimeout(timer);
      if (state === 'retired') return;
      state = 'answered';
      await say(reply);
    },
    retire,
    async takeBack() {
      const answered = state === 'answered';
      retire();
      if (!answered) await remove();
    },
  };
}
