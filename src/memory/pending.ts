import { randomUUID } from 'node:crypto';
import type { PendingItem } from '../chat/deps.ts';
import type { Memory } from './memory.ts';
import { endOwner, isDead, type Owner, ownerHere } from './owner.ts';

export interface PendingOptions {
  /** Names who works on it; one of its own for each process unless told. */
  readonly owner?: string;
  /** Whoever has not shown for so long is taken for dead, in milliseconds; 30 s unless told. */
  readonly leaseMs?: number;
}

interface Entry {
  readonly item: PendingItem;
  /** The id of who works on it. */
  readonly owner: string;
  /** How many have died with it. */
  readonly deaths: number;
}

/** What somebody who died has left. */
export interface Orphan {
  readonly key: string;
  readonly item: PendingItem;
  /** How many have died with it: after some, it may be what they died of. */
  readonly deaths: number;
}

const DAY = 86_400_000;
const MINUTE = 60_000;
const MOST = 10_000;

/**
 * Work that was accepted and is not answered yet, for a day at most. It survives a crash: what a dead process has left
 * is given to exactly one other. Each process has a lease, which it renews for all of its work at once.
 */
export function createPending(memory: Memory, options: PendingOptions = {}) {
  const { owner = randomUUID(), leaseMs = 30_000 } = options;
  const entries = memory.shelf<Entry>('pending', MOST);
  const leases = memory.shelf<Owner>('owners', MOST);
  const me = ownerHere(owner);
  let renewedAt = Number.NEGATIVE_INFINITY;

  async function renew(): Promise<void> {
    const at = performance.now();
    await leases.set(me.id, me, leaseMs);
    renewedAt = at;
  }
  /** Without a lease, whatever is accepted would look as if left behind. */
  async function ensureLease(): Promise<void> {
    if (performance.now() - renewedAt > leaseMs / 2) await renew();
  }
  // Where it fails, next time is soon enough.
  const renewal = setInterval(() => void renew().catch(() => {}), leaseMs / 3).unref();

  async function isGone(id: string): Promise<boolean> {
    if (id === me.id) return false;
    const lease = await leases.get(id);
    return !lease || isDead(lease);
  }

  /** Makes it one's own, if nobody else does. */
  async function take(key: string, from: string): Promise<Orphan | undefined> {
    // Whoever dies between the claim and the next line leaves it to others once the claim is over.
    if (!(await memory.claim(`orphan:${from}:${key}`, Math.max(leaseMs, MINUTE)))) return undefined;
    // What was listed may have been taken, and even be done, since then.
    const now = await entries.get(key);
    if (now?.owner !== from) return undefined;
    const deaths = now.deaths + 1;
    await entries.set(key, { item: now.item, owner: me.id, deaths }, DAY);
    return { key, item: now.item, deaths };
  }

  return {
    leaseMs,
    /** @throws SpotterError memory-down, and then it has not been accepted */
    async accept(key: string, item: PendingItem): Promise<void> {
      await ensureLease();
      await entries.set(key, { item, owner: me.id, deaths: 0 }, DAY);
    },
    async done(key: string): Promise<void> {
      await entries.delete(key);
    },
    /** Whether it is still one's own: one that was taken for dead, stopped as it was, may have lost it. */
    async owns(key: string): Promise<boolean> {
      return (await entries.get(key))?.owner === me.id;
    },
    /** What the dead left of a platform, each item to one process only; it is this one's from now on. */
    async orphans(platform: string): Promise<Orphan[]> {
      const taken: Orphan[] = [];
      const gone = new Map<string, Promise<boolean>>();
      await ensureLease();
      for (const [key, { owner: other }] of await entries.list(`${platform}:`)) {
        const known = gone.get(other) ?? isGone(other);
        gone.set(other, known);
        if (!(await known)) continue;
        try {
          const orphan = await take(key, other);
          if (orphan) taken.push(orphan);
        } catch (thrown) {
          // What has been taken is nobody else's any more, so it has to be given.
          if (taken.length > 0) return taken;
          throw thrown;
        }
      }
      return taken;
    },
    /** What is not done is left to others, at once. */
    async close(): Promise<void> {
      clearInterval(renewal);
      endOwner(me);
      await leases.delete(me.id).catch(() => {});
    },
  };
}
