import { type ChildProcess, fork } from 'node:child_process';
import { processEntry } from './entry.ts';
import type { StartWorker, Worker } from './worker.ts';

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
