import type { Client } from 'discord.js';
import type { Chat, PictureRef } from '../../src/chat/contract.ts';
import type { Log } from './log.ts';
import type { createThreads } from './threads.ts';

/** What the listeners work with. */
export interface Deps {
  readonly client: Client<true>;
  readonly chat: Chat;
  readonly log: Log;
  readonly fetch: (picture: PictureRef, signal: AbortSignal) => Promise<Uint8Array>;
  readonly whereIs: ReturnType<typeof createThreads>;
  /** Somebody was shown that they were heard, so many milliseconds after we were told. */
  readonly onAcknowledged: (ms: number) => void;
}
