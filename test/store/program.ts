import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const RUN = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

/** A process that says a line of JSON at a time. */
export interface Program {
  readonly child: ChildProcess;
  /** The next line. */
  heard(): Promise<unknown>;
  tell(line: unknown): void;
  /** As by kill -9. */
  kill(): Promise<void>;
}

/** Starts a file of this folder in a process of its own. */
export function startProgram(file: string, ...args: readonly string[]): Program {
  return started(file, process.execPath, [RUN, pathOf(file), ...args]);
}

/** As `startProgram`, where no file may grow beyond so many kilobytes: as on a full disk. */
export function startConfined(kilobytes: number, file: string, ...args: readonly string[]): Program {
  const limited = `ulimit -f ${kilobytes * 2}; exec "$0" "$@"`;
  return started(file, '/bin/sh', ['-c', limited, process.execPath, RUN, pathOf(file), ...args]);
}

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

function started(file: string, command: string, args: readonly string[]): Program {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    async heard() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${file} ended`);
      return JSON.parse(value);
    },
    tell: (line) => void child.stdin.write(`${JSON.stringify(line)}\n`),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
