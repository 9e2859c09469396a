import type { PictureRef, Reply, ReplyHandle } from '../../src/chat/contract.ts';
import { createTelling, type Telling } from '../../src/chat/telling.ts';
import { CODE, cannotReply, isCode } from './failures.ts';
import { type Outgoing, outgoing } from './outgoing.ts';
import type { Spot } from './spot.ts';

/** Discord counts edits like messages: five in five seconds in a channel, and people cannot read faster. */
export const PROGRESS_EVERY_MS = 3000;

/** For how long it is enough that Discord shows "thinking…", or that we type: so of a quick answer there is one message. */
export const ENOUGH_MS = { thinking: PROGRESS_EVERY_MS, typing: 1500, nothing: 0 } as const;

/** What Discord lets everybody post. */
export const USUAL_BYTES = 10 * 2 ** 20;

export interface HandleOptions {
  readonly spot: Spot;
  /** Progress is not said before, in milliseconds; at once unless told. */
  readonly afterMs?: number;
  readonly maxBytes?: number;
  /** See ReplyHandle. */
  readonly accepted?: () => Promise<void>;
  readonly fetch: (picture: PictureRef, signal: AbortSignal) => Promise<Uint8Array>;
  /** It is seen that we are at it, for the first time. */
  readonly onShown?: () => void;
  readonly everyMs?: number;
}

export interface Handle extends ReplyHandle, Telling {
  readonly spot: Spot;
}

/** Answers in one spot: with progress that is not too frequent, and in order. */
export function createHandle(options: HandleOptions): Handle {
  const { spot, afterMs = 0, maxBytes = USUAL_BYTES, fetch, onShown, everyMs = PROGRESS_EVERY_MS } = options;
  const { accepted } = options;
  const refuse = (thrown: unknown): never => {
    throw cannotReply(thrown);
  };
  const telling = createTelling({
    async show(words) {
      await spot.show(outgoing({ text: words })).catch(refuse);
      onShown?.();
    },
    say: (reply) => answer(spot, reply).catch(refuse),
    remove: spot.remove,
    everyMs,
    afterMs,
  });
  return { spot, maxBytes, fetch, ...telling, ...(accepted && { accepted }) };
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
