import { setTimeout as sleep } from 'node:timers/promises';
import { type Arrived, type Attempt, attempt } from './attempt.ts';
import { SourceFailure, stopped } from './failure.ts';
import { wrongHash, wrongSize } from './wanted.ts';

export interface Patience {
  /** How often it is tried without getting further. */
  readonly attempts: number;
  /** How long to wait after the first failure, in milliseconds; twice as long after each further one. */
  readonly backOffMs: number;
  /** Longer than this it never waits, whatever a server asks for. */
  readonly mostWaitMs: number;
}

export interface Download extends Attempt {
  readonly patience: Patience;
  /** Something that whoever waits may want to know. */
  readonly onTrouble: (said: string) => void;
}

/** As much more as this is getting further. */
const FURTHER = 2 ** 20;

/**
 * Fills a part by HTTP, going on where earlier attempts have ended, and checks it.
 * @throws SourceFailure with the remedy "elsewhere"; SpotterError cancelled, cannot-write, no-space
 */
export async function download(task: Download): Promise<void> {
  const { resumed, wrong } = await arrive(task);
  if (!wrong) return;
  // Of two versions glued together neither has the right hash, though the second one may be right.
  const { wrong: still } = resumed ? await arrive(task) : { wrong };
  if (still) throw new SourceFailure('elsewhere', still);
}

async function arrive(task: Download): Promise<{ resumed: boolean; wrong: string | undefined }> {
  const { part, wanted } = task;
  const { stated, resumed } = await persist(task);
  const told = stated && wanted.algorithm === 'sha256' ? { ...wanted, hash: stated } : wanted;
  const wrong =
    wrongSize(wanted, part.size) ?? wrongHash(wanted, part.digest()) ?? wrongHash(told, part.digest());
  if (wrong) await part.discard();
  return { resumed, wrong };
}

async function persist(task: Download): Promise<Arrived> {
  const { part, patience, signal, onTrouble } = task;
  let best = part.size;
  for (let vain = 1; ; vain++) {
    try {
      return await attempt(task);
    } catch (thrown) {
      if (signal.aborted) throw stopped(signal);
      if (!(thrown instanceof SourceFailure) || thrown.remedy === 'elsewhere') throw thrown;
      if (thrown.remedy === 'afresh') await part.discard();
      if (part.size > best + FURTHER) {
        best = part.size;
        vain = 1;
      }
      if (vain >= patience.attempts) {
        throw new SourceFailure('elsewhere', `${thrown.message}, ${patience.attempts} times in a row`);
      }
      await pause(thrown, vain, task, onTrouble);
    }
  }
}

async function pause(
  { message, waitMs }: SourceFailure,
  vain: number,
  { patience, signal }: Download,
  onTrouble: Download['onTrouble'],
): Promise<void> {
  // Half of it by chance, so that many who were cut off together do not come back together.
  const own = patience.backOffMs * 2 ** (vain - 1) * (0.5 + Math.random() / 2);
  const ms = Math.min(waitMs ?? own, patience.mostWaitMs);
  onTrouble(`${message}; trying again in ${(ms / 1000).toFixed(1)} s`);
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw stopped(signal);
  }
}
