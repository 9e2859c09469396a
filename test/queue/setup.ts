import { createHash, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Picture } from '../../src/picture/picture.ts';
import { createPictureReader } from '../../src/picture/read.ts';
import { type ClientOptions, createQueueClient, type QueueClient } from '../../src/queue/client.ts';
import type { Work } from '../../src/queue/protocol.ts';
import { createConnections } from '../../src/queue/redis.ts';
import { noisyJpeg } from '../picture/fixtures.ts';
import { type Program, startProgram } from '../store/program.ts';

/** A queue of its own for each test. */
export const newQueue = (): string => `test-${randomUUID().slice(0, 8)}`;

export const phrases = (...given: readonly string[]): Work => ({ kind: 'detect', phrases: given });

/** A picture with its encoded bytes; of another `mark` it is another one, with the same pixels. */
export async function pictureOf(mark = ''): Promise<Picture> {
  const bytes = Buffer.concat([await noisyJpeg(64), Buffer.from(mark)]);
  const picture = await createPictureReader({ keepEncoded: true }).read(bytes);
  if (picture.sha256 !== createHash('sha256').update(bytes).digest('hex')) throw new Error('another picture');
  return picture;
}

/** What is open, to be closed at the end of a test. */
const open: (() => Promise<unknown>)[] = [];
export const closeAll = (): Promise<unknown> => Promise.all(open.splice(0).map((close) => close()));

export function client(url: string, queue: string, options: Partial<ClientOptions> = {}): QueueClient {
  const opened = createQueueClient({ connections: createConnections(url), queue, tickMs: 200, ...options });
  open.push(() => opened.close());
  return opened;
}

export interface WorkerProcess extends Program {
  /** What it was asked for, so far: what it has answered may be told a moment later. */
  readonly ran: readonly string[];
  /** Ends it by a signal. */
  signal(name: NodeJS.Signals): void;
}

/** Starts a worker with a stand-in for a detector, and waits until it can take work. */
export async function worker(
  url: string,
  queue: string,
  concurrency = 2,
  ...more: readonly string[]
): Promise<WorkerProcess> {
  const program = startProgram(
    fileURLToPath(new URL('./worker-program.ts', import.meta.url)),
    url,
    queue,
    `${concurrency}`,
    ...more,
  );
  open.push(() => program.kill());
  const ran: string[] = [];
  await program.heard();
  void (async () => {
    for (;;) ran.push(((await program.heard()) as [string, string])[1]);
  })().catch(() => {});
  return { ...program, ran, signal: (name) => void program.child.kill(name) };
}
