import type { Chat, PictureRef } from '../../src/chat/contract.ts';
import type { Client, Me } from './client.ts';
import type { createThreads } from './threads.ts';

/** What the listeners work with. */
export interface Deps {
  readonly client: Client;
  readonly me: Me;
  readonly chat: Chat;
  readonly fetch: (picture: PictureRef, signal: AbortSignal) => Promise<Uint8Array>;
  readonly whereIs: ReturnType<typeof createThreads>;
}
