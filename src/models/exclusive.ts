import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { SpotterError } from '../errors.ts';

export interface ExclusiveOptions {
  readonly signal: AbortSignal;
  /** Called once when somebody else is at work. */
  readonly onWait?: () => void;
  /** How often it is looked whether the other one is done, in milliseconds. */
  readonly pollMs?: number;
  /** Whoever has given no sign of life for so long is taken for dead, in milliseconds. */
  readonly staleMs?: number;
}

const Owner = z.strictObject({
  pid: z.int(),
  host: z.string(),
  token: z.string(),
  released: z.boolean(),
});
type Owner = z.infer<typeof Owner>;

/**
 * Does work that only one process at a time may do, whoever else may have died over it.
 *
 * Each owner makes a file of its own, numbered one above the last one, which only one process can make; the highest
 * number owns. The highest file is never removed, only marked as released, so that no number is given twice: breaking
 * the lock of a dead owner is the same as taking a free one, and two who do it at once cannot both succeed.
 *
 * @param work gets a signal that also fires when another process has taken over
 * @throws whatever `work` throws; the reason of `signal`
 */
export async function exclusively<T>(
  folder: string,
  work: (signal: AbortSignal) => Promise<T>,
  { signal, onWait, pollMs = 250, staleMs = 60_000 }: ExclusiveOptions,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const me: Owner = { pid: process.pid, host: hostname(), token: randomUUID(), released: false };
  let waited = false;
  let mine: number | undefined;
  while (mine === undefined) {
    signal.throwIfAborted();
    mine = await claim(folder, me, staleMs);
    if (mine !== undefined) break;
    if (!waited) onWait?.();
    waited = true;
    await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  const file = join(folder, String(mine));
  const lost = new AbortController();
  const giveSign = async (): Promise<void> => {
    if ((await highest(folder)) === mine) return utimes(file, new Date(), new Date());
    const hint = 'It took this process for dead. Run the command again.';
    lost.abort(new SpotterError('busy', 'Another process has taken over this model.', hint));
  };
  // A sign that cannot be given is missed by others only after many of them.
  const beat = setInterval(() => giveSign().catch(() => {}), staleMs / 10).unref();
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(beat);
    await writeFile(file, JSON.stringify({ ...me, released: true })).catch(() => {});
  }
}

/** The number that was got, or undefined while somebody else is at work. */
async function claim(folder: string, me: Owner, staleMs: number): Promise<number | undefined> {
  const last = await highest(folder);
  if (last > 0 && (await isHeld(join(folder, String(last)), staleMs))) return undefined;
  const number = last + 1;
  const file = join(folder, String(number));
  try {
    await writeFile(file, JSON.stringify(me), { flag: 'wx' });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw thrown;
  }
  // Whoever was slow may have made a number that was given and cleared away before.
  if ((await highest(folder)) !== number) {
    await rm(file, { force: true });
    return undefined;
  }
  for (const older of await numbers(folder)) {
    if (older < number) await rm(join(folder, String(older)), { force: true });
  }
  return number;
}

const numbers = async (folder: string): Promise<number[]> =>
  (await readdir(folder)).filter((name) => /^[1-9]\d*$/.test(name)).map(Number);

const highest = async (folder: string): Promise<number> => Math.max(0, ...(await numbers(folder)));

async function isHeld(file: string, staleMs: number): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs > staleMs) return false;
    const owner = Owner.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (!owner.success) return true;
    if (owner.data.released) return false;
    return owner.data.host !== hostname() || isAlive(owner.data.pid);
  } catch (thrown) {
    // It is being written, or has just been cleared away: whoever did that is at work.
    if (thrown instanceof SyntaxError || (thrown as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw thrown;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
