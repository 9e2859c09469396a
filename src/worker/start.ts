import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker as NodeWorker } from 'node:worker_threads';

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

/**
 * Starts a module in a process of its own. The process never keeps this one alive, and ends when this one does. Its
 * stdout is dropped; the end of its stderr becomes part of the reason when it dies.
 */
export const startProcess: StartWorker = ({ source, args = [], maxMemory, onMessage, onDeath }) => {
  const { module, execArgv } = processEntry(source);
  const child = fork(module, args, {
    serialization: 'advanced',
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
