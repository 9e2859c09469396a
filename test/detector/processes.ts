import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a process runs; one that has ended and only waits to be reaped does not. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** Resolves when it holds; a test that waits in vain fails by its own time limit. */
export async function until<T>(holds: () => T | undefined | false): Promise<T> {
  for (;;) {
    const got = holds();
    if (got) return got;
    await sleep(10);
  }
}
