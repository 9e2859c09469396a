import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Reply, Request, Trying } from './protocol.ts';

export interface DetectorProcess {
  readonly pid: number | undefined;
  /** Serialises the request before it returns: the tensors may be reused. @throws what cannot be cloned */
  send(request: Request): void;
  /** Ends it at once, also in the middle of a run; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface ProcessOptions {
  /** The module to run, an absolute path; a .ts module is run through tsx. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly onMessage: (message: Reply | Trying) => void;
  /** Called once, with the reason in words, however the process ends. */
  readonly onDeath: (said: string) => void;
}

const STDERR_KEPT = 2000;

/**
 * Starts a detector process. It never keeps this process alive by itself, and it ends when this one does.
 * Its stdout is dropped; the end of its stderr becomes part of the reason when it dies.
 */
export function startProcess({ entry, args, onMessage, onDeath }: ProcessOptions): DetectorProcess {
  const child = fork(entry, args, {
    serialization: 'advanced',
    execArgv: entry.endsWith('.ts') ? ['--import', tsx()] : [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  release(child);

  const gone = new Promise<void>((resolve) => {
    const ended = (how: string): void => {
      onDeath([how, stderr.trim()].filter(Boolean).join(': '));
      resolve();
    };
    child.once('exit', (code, signal) =>
      ended(signal ? `was killed by ${signal}` : `exited with code ${code}`),
    );
    // Emitted instead of `exit` when it could not even be started.
    child.once(
      'error',
      (error) => child.pid === undefined && ended(`could not be started: ${error.message}`),
    );
  });
  child.on('message', (message) => onMessage(message as Reply | Trying));

  return {
    pid: child.pid,
    // A send to a process that has just died fails; its death is reported on its own.
    send: (request) => void child.send(request, () => {}),
    kill: () => {
      child.ref();
      child.kill('SIGKILL');
      return gone;
    },
  };
}

/** Lets this process end while the child idles: work in progress holds it by its own deadline. */
function release(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  (child.stderr as { unref?: () => void } | null)?.unref?.();
}

/** As an absolute URL, so that the working directory does not matter. */
const tsx = (): string => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
