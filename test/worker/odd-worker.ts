// A worker whose tasks misbehave in every way that a real one could.
import { appendFileSync } from 'node:fs';
import { SpotterError } from '../../src/errors.ts';
import { OutOfMemory, serve } from '../../src/worker/worker.ts';

const kept: Buffer[] = [];

const TASKS = {
  double: (n: number) => 2 * n,
  pid: () => process.pid,
  /** Never comes back, nor lets anything else of this worker run. */
  hang(): void {
    for (;;);
  },
  /** A regular expression that takes exponential time, in the engine's own code. */
  backtrack: () => /^(a|a)*$/.test(`${'a'.repeat(60)}!`),
  sleep: (ms: number) => new Promise((resolve) => setTimeout(() => resolve(ms), ms)),
  async announced(
    { allow, take }: { readonly allow: number; readonly take: number },
    more: (ms: number) => void,
  ) {
    more(allow);
    await new Promise((resolve) => setTimeout(resolve, take));
    return 'done';
  },
  fail(): void {
    throw new SpotterError('too-small', 'It is too small.', 'Send a larger one.');
  },
  /** Leaves a line, and dies. */
  die(file: string): void {
    appendFileSync(file, 'died\n');
    process.kill(process.pid, 'SIGKILL');
  },
  /** Takes memory outside of JavaScript's heap, as decoders do, all at once or bit by bit. */
  async allocate({ bytes, pieces }: { readonly bytes: number; readonly pieces: number }) {
    const kept: Buffer[] = [];
    for (let i = 0; i < pieces; i++) {
      kept.push(Buffer.alloc(bytes / pieces, 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return kept.length;
  },
  /** Keeps memory, and has too little of it the second time. */
  keep(bytes: number): number {
    if (kept.length > 0) throw new OutOfMemory('too-costly', 'It takes too much memory.', 'Send less.');
    kept.push(Buffer.alloc(bytes, 1));
    return process.pid;
  },
  /** Takes memory of JavaScript's heap. */
  heap() {
    const kept: number[][] = [];
    for (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => i + Math.random()));
  },
};
export type OddTasks = typeof TASKS;

const [maxRss, spentRss] = process.argv.slice(2).map(Number);
serve(TASKS, { ...(maxRss !== undefined && { maxRss }), ...(spentRss !== undefined && { spentRss }) });
