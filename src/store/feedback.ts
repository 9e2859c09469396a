import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from '../box.ts';
import { normalised } from '../expression/reader.ts';
import type { PictureRef, Place } from '../place.ts';
import type { Outcome, Verdict } from '../verdict.ts';
import type { Store } from './store.ts';

/** What somebody said of an answer, as it is kept. */
export interface Said {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly right: boolean;
  readonly platform: string;
  /** Of the asker, keyed: nobody can find out who it was, but what is theirs can be found to forget it. */
  readonly asker: string;
  readonly sha256: string;
  readonly expression: string;
  readonly expressionHash: string;
  readonly outcome: Outcome;
  /** xyxy, pixels of the oriented picture. */
  readonly boxes: readonly Box[];
  readonly presence: number;
  readonly strategy: string;
  readonly route: string;
}

export interface FeedbackOptions {
  /** The folder of the pictures that are kept besides, and of those that were. */
  readonly folder?: string;
  /** Whether they are kept; they are not unless told. */
  readonly pictures?: boolean;
  readonly now?: () => number;
}

/** Milliseconds since 1970 with fractions: of two words in the same millisecond the last one counts, too. */
const exactly = (): number => performance.timeOrigin + performance.now();

const DAY = 86_400_000;
const YEAR = 365 * DAY;
const MAX_FEEDBACK = 100_000;

export type Feedback = ReturnType<typeof createFeedback>;

/** Keeps what people say of answers, for a year. */
export function createFeedback(store: Store, options: FeedbackOptions = {}) {
  const { folder, pictures = false, now = exactly } = options;
  const said = store.namespace<Said>('feedback', MAX_FEEDBACK);
  const saltOf = createSalt(store);
  const kept = folder === undefined ? undefined : pictureFolder(folder);
  let prunedAt = Number.NEGATIVE_INFINITY;

  const hashOf = async ({ platform, asker }: Pick<Place, 'platform' | 'asker'>) =>
    createHmac('sha256', await saltOf())
      .update(`${platform}:${asker}`)
      .digest('hex')
      .slice(0, 32);
  const all = async (): Promise<readonly Said[]> =>
    (await said.list('')).map(([, entry]) => entry).toSorted((a, b) => a.at - b.at);
  const referred = async () => new Set((await all()).map(({ sha256 }) => sha256));

  /** Pictures do not expire with what was said of them, so they are looked after once a day. */
  async function prune(): Promise<void> {
    if (!kept || now() - prunedAt < DAY) return;
    prunedAt = now();
    await kept.prune(await referred());
  }

  return {
    /**
     * Whoever says something of the same answer again has changed their mind.
     * @param bytes gives the picture; without it, what is said is kept all the same
     * @throws SpotterError memory-down
     */
    async add(judged: Judged, bytes: () => Promise<Uint8Array>): Promise<void> {
      const entry = entryOf(judged, await hashOf(judged.place), now());
      if (pictures) await kept?.keep(entry.sha256, bytes);
      await said.set(`${entry.asker}:${answerHash(entry)}`, entry, YEAR);
      await prune();
    },
    /** All that somebody has said, and the pictures nobody else has said something of; resolves to how much that was. */
    async forget(place: Pick<Place, 'platform' | 'asker'>): Promise<number> {
      const theirs = await said.list(`${await hashOf(place)}:`);
      for (const [key] of theirs) await said.delete(key);
      const others = kept ? await referred() : new Set();
      await kept?.drop(theirs.map(([, { sha256 }]) => sha256).filter((sha256) => !others.has(sha256)));
      return theirs.length;
    },
    /** Everything, oldest first. */
    all,
  };
}

function entryOf({ right, place, expression, sha256, verdict }: Judged, asker: string, at: number): Said {
  const { outcome, candidates, presence, strategy, route } = verdict;
  return {
    ...{ at, right, platform: place.platform, asker, sha256, expression, outcome, presence, strategy, route },
    expressionHash: hash(normalised(expression)),
    boxes: candidates.map(({ box }) => box),
  };
}

/** The same for the same answer to the same question. */
export const answerHash = ({ sha256, expressionHash, outcome, boxes }: Said): string =>
  hash(JSON.stringify([sha256, expressionHash, outcome, boxes]));

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a person said of an answer. */
export interface Judged {
  readonly right: boolean;
  readonly place: Place;
  readonly expression: string;
  readonly sha256: string;
  readonly picture: PictureRef;
  readonly verdict: Verdict;
}

/** Pictures in a folder, each under the SHA-256 of its bytes; for their owner only. */
export interface PictureFolder {
  /** Keeps one unless it is there; resolves to whether it is there now. Whatever fails, it never rejects. */
  keep(sha256: string, bytes: () => Promise<Uint8Array>): Promise<boolean>;
  /** Removes some. */
  drop(sha256s: Iterable<string>): Promise<void>;
  /** Removes all that nobody refers to, but for those of the last day: what refers to one is written after it. */
  prune(referred: ReadonlySet<string>): Promise<void>;
}

function pictureFolder(folder: string): PictureFolder {
  const fileOf = (sha256: string): string => join(folder, sha256);
  const drop = (sha256: string) => rm(fileOf(sha256), { force: true });
  const names = () => readdir(folder).catch((): string[] => []);
  return {
    async keep(sha256, bytes) {
      if (!isHash(sha256)) return false;
      try {
        if (await isThere(fileOf(sha256))) return true;
        const picture = await bytes();
        // The address may lead to something else by now.
        if (createHash('sha256').update(picture).digest('hex') !== sha256) return false;
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const draft = join(folder, `.${randomUUID()}.tmp`);
        await writeFile(draft, picture, { mode: 0o600, flag: 'wx' });
        await rename(draft, fileOf(sha256));
        return true;
      } catch {
        return false;
      }
    },
    async drop(sha256s) {
      for (const sha256 of sha256s) if (isHash(sha256)) await drop(sha256);
    },
    async prune(referred) {
      for (const name of await names()) {
        if (referred.has(name) || (!isHash(name) && !name.endsWith('.tmp'))) continue;
        const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Date.now() }));
        if (Date.now() - mtimeMs > DAY) await rm(join(folder, name), { force: true });
      }
    },
  };
}

const isHash = (text: string): boolean => /^[\da-f]{64}$/.test(text);

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const CENTURY = 100 * 365 * 86_400_000;

/** A secret that all processes of an installation share: whoever comes first makes it, and it stays in the store. */
function createSalt(store: Store): () => Promise<string> {
  const shelf = store.namespace<string>('salts', 1);
  let known: string | undefined;
  async function common(): Promise<string> {
    for (;;) {
      const there = await shelf.get('salt');
      if (there !== undefined) return there;
      if (await store.claim('salt', 10_000)) {
        // Somebody's claim may just have been over.
        const made = (await shelf.get('salt')) ?? randomBytes(32).toString('hex');
        await shelf.set('salt', made, CENTURY);
        return made;
      }
      await sleep(50);
    }
  }
  return async () => {
    known ??= await common();
    return known;
  };
}
