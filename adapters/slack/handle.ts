import type { PictureRef, ReplyHandle } from '../../src/chat/contract.ts';
import { createTelling, type Telling } from '../../src/chat/telling.ts';
import { cannotReply } from './failures.ts';
import type { Spot } from './spot.ts';

/** Slack wants messages of a channel to come and change about once a second, and people cannot read faster. */
export const PROGRESS_EVERY_MS = 3000;

/** For how long a reaction on the question is enough, in milliseconds: so of a quick answer there is one message. */
export const SIGNED_MS = 1500;

/** Slack itself takes a gigabyte. */
export const MOST_BYTES = 20 * 2 ** 20;

/** Tells Slack that we were told; never rejects. */
export type Accepted = () => Promise<void>;

export interface HandleOptions {
  readonly spot: Spot;
  readonly fetch: (picture: PictureRef, signal: AbortSignal) => Promise<Uint8Array>;
  /** See ReplyHandle. */
  readonly accepted?: Accepted | undefined;
  readonly everyMs?: number;
  /** Progress is not said before, in milliseconds; at once unless told. */
  readonly afterMs?: number;
}

export interface Handle extends ReplyHandle, Telling {
  readonly spot: Spot;
}

/** Answers in one spot: with progress that is not too frequent, and in order. */
export function createHandle(options: HandleOptions): Handle {
  const { spot, fetch, accepted, everyMs = PROGRESS_EVERY_MS, afterMs = 0 } = options;
  const refuse = (thrown: unknown): never => {
    throw cannotReply(thrown);
  };
  const telling = createTelling({
    show: (words) => spot.working(words).catch(refuse),
    say: (reply) => spot.answer(reply).catch(refuse),
    remove: spot.remove,
    ...{ everyMs, afterMs },
  });
  return {
    ...{ spot, maxBytes: MOST_BYTES, fetch, ...telling, ...(accepted && { accepted }) },
    progress(words) {
      spot.sign();
      return telling.progress(words);
    },
  };
}
