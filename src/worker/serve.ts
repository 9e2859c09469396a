import { parentPort } from 'node:worker_threads';
import { asSpotterError, SpotterError } from '../errors.ts';

/**
 * What a worker can be asked to do, by name. Inputs and outputs are copied between the two. A task may say how many
 * milliseconds it needs in all; more than its asker allows it does not get.
 */
export type Tasks = Readonly<Record<string, (input: never, allow: (ms: number) => void) => unknown>>;

/** What a task throws that got no more memory: a worker that holds less may do it. */
export class OutOfMemory extends SpotterError {}

/** Parent to worker. */
export interface Request {
  readonly id: number;
  readonly task: string;
  readonly input: unknown;
}

/**
 * Worker to parent: it can be asked something; how long a request may take; or what came of it, and whether the worker
 * holds so much memory that another one should take the next task.
 */
export type Reply =
  | { readonly ready: true }
  | { readonly id: number; readonly allowMs: number }
  | ({ readonly id: number; readonly spent: boolean } & (
      | { readonly output: unknown }
      | { readonly error: ReturnType<SpotterError['toJSON']>; readonly outOfMemory: boolean }
    ));

/** The exit code of a process that has taken more memory than it may. */
export const OUT_OF_MEMORY_EXIT = 71;

/** How often a process looks at its own memory, in milliseconds: a decoder takes about 50 MB in that time. */
const MEMORY_CHECK_MS = 25;

/**
 * Makes this module a worker of these tasks, each asked by a WorkerPool.
 * @param maxRss a process ends itself when its resident memory exceeds so many bytes; where the kernel limits memory,
 *   allocating fails before
 * @param spentRss a process that holds more than so many bytes after a task says that it is spent
 */
export function serve(
  tasks: Tasks,
  { maxRss, spentRss }: { readonly maxRss?: number; readonly spentRss?: number } = {},
): void {
  const reply = parentPort
    ? (message: Reply) => parentPort?.postMessage(message)
    : (message: Reply) => process.send?.(message);
  const isSpent = (): boolean => spentRss !== undefined && process.memoryUsage.rss() > spentRss;
  const answer = async ({ id, task, input }: Request): Promise<void> => {
    try {
      const allow = (allowMs: number): void => void reply({ id, allowMs });
      const output = await tasks[task]?.(input as never, allow);
      reply({ id, output, spent: isSpent() });
    } catch (thrown) {
      const outOfMemory = thrown instanceof OutOfMemory;
      reply({ id, error: asSpotterError(thrown).toJSON(), outOfMemory, spent: outOfMemory || isSpent() });
    }
  };
  if (parentPort) parentPort.on('message', answer);
  else process.on('message', answer);
  if (!parentPort) endWithParent();
  if (maxRss !== undefined) {
    setInterval(() => {
      if (process.memoryUsage.rss() > maxRss) process.exit(OUT_OF_MEMORY_EXIT);
    }, MEMORY_CHECK_MS).unref();
  }
  reply({ ready: true });
}

/** Signals for a terminal's whole process group are left to the parent; the process ends with it. */
export function endWithParent(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  // An exit in the middle of native work would abort with a core dump; there is nothing worth an orderly end.
  const end = (): void => void process.kill(process.pid, 'SIGKILL');
  process.on('disconnect', end);
  if (!process.connected) end();
}
