import KeyvRedis, { createClient } from '@keyv/redis';
import { messageOf, type SpotterError } from '../errors.ts';
import { within } from '../within.ts';
import { memoryDown } from './backend.ts';
import type { RedisAddress } from './redis-address.ts';

/** What is waited for a connection, and for a reply, in milliseconds: less than the two seconds that are promised. */
const REPLY_MS = 1500;
/** A connection that is silent for so long is dead; it is spoken to more often than that. */
const SILENT_MS = 10_000;

type Client = ReturnType<typeof newClient>;

/** A connection to Redis that is made again whenever it breaks. */
export interface RedisLink {
  /** Asks something of Redis; what cannot be answered now rejects. @throws SpotterError memory-down */
  ask<T>(work: (redis: KeyvRedis<string>, client: Client) => Promise<T>): Promise<T>;
  close(): void;
}

function newClient(url: string) {
  return createClient({
    url,
    // Commands would wait for the connection to come back, however long that takes.
    disableOfflineQueue: true,
    pingInterval: SILENT_MS / 3,
    socket: {
      connectTimeout: REPLY_MS,
      socketTimeout: SILENT_MS,
      reconnectStrategy: (tries) => Math.min(2 ** tries * 50, 2000) + Math.random() * 50,
    },
  });
}

/** Connects. @throws SpotterError memory-down */
export async function linkRedis({ url, where, redact }: RedisAddress): Promise<RedisLink> {
  let trouble: string | undefined;
  const down = (thrown: unknown): SpotterError => {
    // That it is offline is known; why it is, was said before.
    const offline = (thrown as Error)?.constructor?.name === 'ClientOfflineError';
    return memoryDown(where, redact((offline && trouble) || sayOf(thrown)));
  };
  const connect = () => {
    const client = newClient(url);
    client.on('error', (thrown) => {
      trouble = sayOf(thrown);
    });
    const redis = new KeyvRedis<string>(client, { throwOnErrors: true });
    return { client, redis, ready: client.connect() };
  };

  let link = connect();
  /** A connection that owes a reply may be dead, which the system notices after many minutes: a new one takes its place. */
  const renew = (): void => {
    link.client.destroy();
    link = connect();
    link.ready.catch(() => {});
  };

  try {
    await within(
      REPLY_MS,
      undefined,
      () => link.ready,
      () => LATE,
    );
  } catch (thrown) {
    link.ready.catch(() => {});
    if (link.client.isOpen) link.client.destroy();
    throw memoryDown(where, redact(trouble ?? sayOf(thrown)));
  }
  return {
    async ask(work) {
      const { redis, client } = link;
      try {
        return await within(
          REPLY_MS,
          undefined,
          () => work(redis, client),
          () => LATE,
        );
      } catch (thrown) {
        if (thrown === LATE && link.client === client && client.isReady) renew();
        throw down(thrown);
      }
    },
    close() {
      if (link.client.isOpen) link.client.destroy();
    },
  };
}

const LATE = new Error(`no reply within ${REPLY_MS} ms`);

/** Some errors of connections have a code and no message. */
const sayOf = (thrown: unknown): string =>
  messageOf(thrown) || (thrown as NodeJS.ErrnoException)?.code || 'unknown trouble';
