import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker as NodeWorker, parentPort } from 'node:worker_threads';
import { asSpotterError, SpotterError } from '../errors.ts';

/** A module that runs in a process or thread of its own, and is ended from here whatever it does. */
export interface Worker {
  /** Of a process. */
  readonly pid: number | undefined;
  /** Copies the message before it returns: what is in it may be reused. @throws what cannot be copied */
  send(message: unknown): void;
  /** Ends it at once, also in the middle of its work; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface WorkerOptions {
  /** The module, an absolute path of a TypeScript file. */
  readonly source: string;
  readonly args?: readonly string[];
  /** More memory than that is refused to it, in bytes. */
  readonly maxMemory?: number;
  readonly onMessage: (message: unknown) => void;
  /** Called once, however it ends. */
  readonly onDeath: (death: Death) => void;
}

/** How a worker ended. */
export interface Death {
  /** In words: "was killed by SIGKILL". */
  readonly reason: string;
  /** null where a signal ended it, or where it could not be started. */
  readonly exitCode: number | null;
  readonly outOfMemory?: boolean;
}

/** Starts a worker: see startProcess and startThread. */
export type StartWorker = (options: WorkerOptions) => Worker;

/** The folder of the compiled program; bin/compile.js puts it in place of this name. */
declare const COMPILED_PROGRAM: string;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** How a module of the program is started in a process or thread of its own. */
export interface Entry {
  /** A file, or where a thread has to be able to read TypeScript first, a module that begins with that. */
  readonly module: string | URL;
  readonly execArgv: string[];
}

/** @param source the module's TypeScript file, an absolute path; the compiled one is started where this one is compiled */
function processEntry(source: string): Entry & { readonly module: string } {
  if (typeof COMPILED_PROGRAM !== 'undefined') return { module: compiled(source), execArgv: [] };
  return { module: source, execArgv: source.endsWith('.ts') ? ['--import', addressOf('tsx')] : [] };
}

/** The same for a thread, in which tsx does not register itself. */
function threadEntry(source: string): Entry {
  if (typeof COMPILED_PROGRAM !== 'undefined') return { module: compiled(source), execArgv: [] };
  // What is resolved here is the module for require().
  const api = JSON.stringify(addressOf('tsx/esm/api').replace(/\.cjs$/, '.mjs'));
  const module = JSON.stringify(pathToFileURL(source).href);
  const text = `import { register } from ${api}; register(); await import(${module});`;
  return { module: new URL(`data:text/javascript,${encodeURIComponent(text)}`), execArgv: [] };
}

const compiled = (source: string): string =>
  join(COMPILED_PROGRAM, relative(ROOT, source).replace(/\.ts$/, '.js'));

/** As an absolute URL, so that the working directory does not matter. */
const addressOf = (name: string): string => pathToFileURL(createRequire(import.meta.url).resolve(name)).href;

const MAX_STDERR = 2000;

/** With this, glibc returns freed pictures and tensors to the system instead of keeping them; measured, it costs no time. */
const FREEING = { MALLOC_MMAP_THRESHOLD_: '65536' };

/**
 * Starts a module in a process of its own. The process never keeps this one alive, and ends when this one does. Its
 * stdout is dropped; the end of its stderr becomes part of the reason when it dies.
 */
export const startProcess: StartWorker = ({ source, args = [], maxMemory, onMessage, onDeath }) => {
  const { module, execArgv } = processEntry(source);
  const child = fork(module, args, {
    serialization: 'advanced',
    env: { ...FREEING, ...process.env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    ...limited(execArgv, maxMemory),
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR);
  });
  release(child);

  const gone = new Promise<void>((resolve) => {
    const ended = (how: string, exitCode: number | null): void => {
      onDeath({ reason: [how, stderr.trim()].filter(Boolean).join(': '), exitCode });
      resolve();
    };
    child.once('exit', (code, signal) =>
      ended(signal ? `was killed by ${signal}` : `exited with code ${code}`, code),
    );
    // Emitted instead of `exit` when it could not even be started.
    child.once(
      'error',
      (error) => child.pid === undefined && ended(`could not be started: ${error.message}`, null),
    );
  });
  child.on('message', onMessage);

  const worker: Worker = {
    pid: child.pid,
    // A send to a process that has just died fails; its death is reported on its own.
    send: (message) => void child.send(message as object, () => {}),
    kill: () => {
      child.ref();
      child.kill('SIGKILL');
      return gone;
    },
  };
  return worker;
};

/**
 * The limit is the kernel's (RLIMIT_DATA, all writable memory of the process), set by a shell that becomes the process.
 * A lower limit that holds already stays. Windows has no such limit.
 */
function limited(execArgv: string[], maxMemory: number | undefined) {
  if (maxMemory === undefined || process.platform === 'win32') return { execArgv };
  const script = 'ulimit -d "$1" 2>/dev/null; shift; exec "$0" "$@"';
  const kib = String(Math.ceil(maxMemory / 1024));
  return { execPath: '/bin/sh', execArgv: ['-c', script, process.execPath, kib, ...execArgv] };
}

/** Lets this process end while the child idles: work in progress holds it by its own deadline. */
function release(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  (child.stderr as { unref?: () => void } | null)?.unref?.();
}

/** Starts a module in a thread of this process, which never keeps the process alive. */
export const startThread: StartWorker = ({ source, args = [], maxMemory, onMessage, onDeath }) => {
  const { module, execArgv } = threadEntry(source);
  const thread = new NodeWorker(module, {
    argv: [...args],
    execArgv,
    ...(maxMemory !== undefined && {
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(maxMemory / 2 ** 20) },
    }),
  });
  let error: Error | undefined;
  thread.once('error', (thrown) => {
    error = thrown as Error;
  });
  const gone = new Promise<void>((resolve) => {
    thread.once('exit', (code) => {
      const outOfMemory = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
      onDeath({ reason: error?.message ?? `exited with code ${code}`, exitCode: code, outOfMemory });
      resolve();
    });
  });
  thread.on('message', onMessage);
  // Last, since listening for messages holds the process, too.
  thread.unref();
  return {
    pid: undefined,
    send: (message) => thread.postMessage(message),
    kill: async () => {
      await thread.terminate();
      await gone;
    },
  };
};

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
