import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { PendingItem } from '../chat/deps.ts';
import type { Memory } from './memory.ts';

export interface PendingOptions {
  /** Who works on it: "host:pid:name"; this process unless told. */
  readonly owner?: string;
  /** Whoever has not shown for so long is taken for dead, in milliseconds; 30 s unless told. */
  readonly leaseMs?: number;
  readonly now?: () => number;
}

interface Entry {
  readonly item: PendingItem;
  readonly owner: string;
  readonly until: number;
}

const DAY = 86_400_000;
const MOST = 10_000;

/**
 * Work that was accepted and is not answered yet. It survives a crash: what a dead process has left is given to exactly
 * one other. Whoever lives renews what is theirs.
 */
export function createPending(memory: Memory, options: PendingOptions = {}) {
  const {
    owner = `${hostname()}:${process.pid}:${randomUUID()}`,
    leaseMs = 30_000,
    now = Date.now,
  } = options;
  const shelf = memory.shelf<Entry>('pending', MOST);
  const mine = new Map<string, PendingItem>();
  const keep = (key: string, item: PendingItem) =>
    shelf.set(key, { item, owner, until: now() + leaseMs }, DAY);

  const renewal = setInterval(() => {
    for (const [key, item] of mine) {
      // Whether it is there again next time is soon enough.
      keep(key, item).catch(() => {});
    }
  }, leaseMs / 3).unref();

  const isOrphan = ({ owner: other, until }: Entry): boolean =>
    other !== owner && (until < now() || isDead(other));

  return {
    leaseMs,
    async accept(key: string, item: PendingItem): Promise<void> {
      await keep(key, item);
      mine.set(key, item);
    },
    async done(key: string): Promise<void> {
      mine.delete(key);
      await shelf.delete(key);
    },
    /** What dead processes left of a platform, each item to one process only; it is this one's from now on. */
    async orphans(platform: string): Promise<{ key: string; item: PendingItem }[]> {
      const taken: { key: string; item: PendingItem }[] = [];
      for (const [key, entry] of await shelf.list(`${platform}:`)) {
        if (!isOrphan(entry) || !(await memory.claim(`orphan:${key}:${entry.owner}`, DAY))) continue;
        await keep(key, entry.item);
        mine.set(key, entry.item);
        taken.push({ key, item: entry.item });
      }
      return taken;
    },
    async close(): Promise<void> {
      clearInterval(renewal);
    },
  };
}

/** Whether the process of an owner on this machine is gone; of another machine nobody can tell. */
function isDead(owner: string): boolean {
  const [host, pid] = owner.split(':');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return Number(pid) === process.pid;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
