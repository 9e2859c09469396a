import type { PictureRef, ReplyHandle } from '../../src/chat/contract.ts';
import { createTelling, type Telling } from '../../src/chat/telling.ts';
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

export interface Handle extends ReplyHandle, Telling {
  readonly spot: Spot;
}

/** Answers in one spot: with progress that is not too frequent, and in order. */
export function createHandle({ spot, fetch, everyMs = PROGRESS_EVERY_MS }: HandleOptions): Handle {
  const refuse = (thrown: unknown): never => {
    throw cannotReply(thrown);
  };
  const telling = createTelling({
    show: (words) => spot.working(words).catch(refuse),
    say: (reply) => spot.answer(reply).catch(refuse),
    remove: spot.remove,
    everyMs,
  });
  return { spot, maxBytes: MOST_BYTES, fetch, ...telling };
}
