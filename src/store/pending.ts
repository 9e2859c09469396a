import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod';
import type { Store } from './store.ts';

export interface PendingOptions {
  /** Names who works on it; one of its own for each process unless told. */
  readonly owner?: string;
  /** Whoever has not shown for so long is taken for dead, in milliseconds; 30 s unless told. */
  readonly leaseMs?: number;
}

const Entry = z.object({
  key: z.string(),
  item: z.object({ platform: z.string(), resume: z.string(), at: z.number(), work: z.unknown() }),
  /** The id of who works on it. */
  owner: z.string(),
  /** Whether it is being worked on, and not only waiting. */
  begun: z.boolean().optional(),
  /** How many have died while they worked on it. */
  deaths: z.number(),
});

/** What somebody who died has left. */
export interface Orphan {
  readonly key: string;
  readonly item: PendingItem;
  /** How many have died while they worked on it: it may be what they died of. */
  readonly deaths: number;
}

/** Events are remembered for longer than any platform repeats them. */
const DAY = 86_400_000;
const MINUTE = 60_000;
const MAX_PENDING = 10_000;

/**
 * Work that was accepted and is not answered yet, for a day at most; each key is accepted once. It survives a crash at
 * any moment: an entry is written before its key is claimed in its name, so that what a dead process has left tells
 * whose it was, and it is given to exactly one other. Each process has a lease, which it renews for all of its work.
 */
export function createPending(store: Store, options: PendingOptions = {}) {
  const { owner = randomUUID(), leaseMs = 30_000 } = options;
  const entries = store.namespace('pending', MAX_PENDING, Entry);
  const leases = store.namespace<Owner>('owners', MAX_PENDING, Owner);
  const me = ownerHere(owner);
  /** The entries that are this one's, by key. */
  const mine = new Map<string, string>();
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

  const isMine = async (entry: string): Promise<boolean> => (await entries.get(entry))?.owner === me.id;

  /** Whether the work of an entry is anybody's at all, and not that of another entry. */
  const first = (key: string, entry: string): Promise<boolean> => store.claim(`event:${key}`, DAY, entry);

  /** Makes it one's own, if nobody else does. */
  async function take(entry: string, from: string): Promise<Orphan | undefined> {
    // Whoever dies between the claim and the next line leaves it to others once the claim is over.
    if (!(await store.claim(`orphan:${from}:${entry}`, Math.max(leaseMs, MINUTE)))) return undefined;
    // What was listed may have been taken, and even be done, since then.
    const now = await entries.get(entry);
    if (now?.owner !== from) return undefined;
    const { key, item } = now;
    if (!(await first(key, entry))) {
      await entries.delete(entry);
      return undefined;
    }
    const deaths = now.deaths + (now.begun ? 1 : 0);
    await entries.set(entry, { key, item, owner: me.id, deaths }, DAY);
    mine.set(key, entry);
    return { key, item, deaths };
  }

  return {
    leaseMs,
    /**
     * @returns false where it has been accepted before, here or elsewhere
     * @throws SpotterError memory-down, and then it has not been accepted
     */
    async accept(key: string, item: PendingItem): Promise<boolean> {
      await ensureLease();
      const entry = `${key}#${randomUUID()}`;
      try {
        await entries.set(entry, { key, item, owner: me.id, deaths: 0 }, DAY);
        if (await first(key, entry)) {
          mine.set(key, entry);
          return true;
        }
      } catch (thrown) {
        await entries.delete(entry).catch(() => {});
        throw thrown;
      }
      await entries.delete(entry);
      return false;
    },
    /** It is being worked on from now on: should this process die, it may be the reason. */
    async begin(key: string): Promise<void> {
      const entry = mine.get(key);
      const now = entry === undefined ? undefined : await entries.get(entry);
      if (entry !== undefined && now?.owner === me.id) await entries.set(entry, { ...now, begun: true }, DAY);
    },
    async done(key: string): Promise<void> {
      const entry = mine.get(key);
      mine.delete(key);
      // What was taken over is another one's to end.
      if (entry !== undefined && (await isMine(entry))) await entries.delete(entry);
    },
    /** Whether it is still one's own: one that was taken for dead, stopped as it was, may have lost it. */
    async owns(key: string): Promise<boolean> {
      const entry = mine.get(key);
      return entry !== undefined && isMine(entry);
    },
    /** What the dead left of a platform, each item to one process only; it is this one's from now on. */
    async orphans(platform: string): Promise<Orphan[]> {
      const taken: Orphan[] = [];
      const gone = new Map<string, Promise<boolean>>();
      await ensureLease();
      for (const [entry, { owner: other }] of await entries.list(`${platform}:`)) {
        const known = gone.get(other) ?? isGone(other);
        gone.set(other, known);
        if (!(await known)) continue;
        try {
          const orphan = await take(entry, other);
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

/** Work that was accepted, as it is remembered. */
export interface PendingItem {
  readonly platform: string;
  readonly resume: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly work: unknown;
}

/** Who works on something: one start of one process. */
const Owner = z.object({
  id: z.string(),
  /** Where process ids mean the same. */
  processes: z.string(),
  pid: z.number(),
});
export type Owner = Readonly<z.infer<typeof Owner>>;

/** Owners in this process that have not ended. */
const here = new Set<string>();

export function ownerHere(id: string): Owner {
  here.add(id);
  return { id, processes: processesHere(), pid: process.pid };
}

const endOwner = ({ id }: Owner): void => void here.delete(id);

/** Whether it is certain that an owner is gone: its process ran here, and does not any more. */
export function isDead({ id, processes, pid }: Owner): boolean {
  if (processes !== processesHere()) return false;
  // A container starts again with the same id for its process.
  if (pid === process.pid) return !here.has(id);
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Names this start of this machine and this namespace of processes. A host's name alone would not do: containers of
 * different machines may share one, and an id that means nothing here would look like a dead process.
 */
function processesHere(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
