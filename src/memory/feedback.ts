import { createHash, createHmac } from 'node:crypto';
import type { Box } from '../box.ts';
import type { Place } from '../chat/contract.ts';
import type { Judged } from '../chat/deps.ts';
import { normalised } from '../find.ts';
import type { Outcome } from '../verdict/verdict.ts';
import { pictureFolder } from './feedback-pictures.ts';
import type { Memory } from './memory.ts';
import { createSalt } from './salt.ts';

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
const MOST = 100_000;

export type Feedback = ReturnType<typeof createFeedback>;

/** Keeps what people say of answers, for a year. */
export function createFeedback(memory: Memory, options: FeedbackOptions = {}) {
  const { folder, pictures = false, now = exactly } = options;
  const said = memory.shelf<Said>('feedback', MOST);
  const saltOf = createSalt(memory);
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
