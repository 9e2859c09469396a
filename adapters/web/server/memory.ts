import { createHash, createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Verdict } from '../../../src/verdict.ts';
import { noSuch } from './problems.ts';

/** As long as a conversation. */
const KEPT_MS = 3_600_000;
const KEPT_BYTES = 256 * 2 ** 20;
const KEPT_ANSWERS = 2000;

export interface KeptPicture {
  readonly id: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

export interface KeptAnswer {
  readonly id: string;
  readonly picture: KeptPicture;
  /** Size of the oriented picture in pixels. */
  readonly size: { readonly width: number; readonly height: number };
  readonly expression: string;
  readonly verdict: Verdict;
  /** Which detector looked, as it was asked for. */
  readonly detector: string;
  readonly totalMs: number;
}

/** Pictures and answers of the last hour, in memory only; each is there for whoever brought or asked it. */
export interface Memory {
  addPicture(asker: string, bytes: Uint8Array): KeptPicture;
  /** @throws SpotterError not-found */
  picture(asker: string, id: string): KeptPicture;
  addAnswer(asker: string, answer: Omit<KeptAnswer, 'id'>): KeptAnswer;
  /** @throws SpotterError not-found */
  answer(asker: string, id: string): KeptAnswer;
}

export function createMemory(): Memory {
  const pictures = new LRUCache<string, KeptPicture>({
    maxSize: KEPT_BYTES,
    ttl: KEPT_MS,
    sizeCalculation: ({ bytes }) => Math.max(1, bytes.length),
  });
  const answers = new LRUCache<string, KeptAnswer>({ max: KEPT_ANSWERS, ttl: KEPT_MS });
  const secret = randomBytes(32);
  const keyOf = (asker: string, id: string): string => `${asker} ${id}`;
  return {
    addPicture(asker, bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      // The same picture again has the same id, which nobody else can guess.
      const id = createHmac('sha256', secret)
        .update(`${asker} ${sha256}`)
        .digest('base64url')
        .slice(0, ID_LENGTH);
      const picture = { id, sha256, bytes };
      pictures.set(keyOf(asker, picture.id), picture);
      return picture;
    },
    picture(asker, id) {
      const picture = pictures.get(keyOf(asker, id));
      if (!picture) throw noSuch('picture', 'Send the picture again; pictures are kept for an hour.');
      return picture;
    },
    addAnswer(asker, answer) {
      const kept = { id: newId(), ...answer };
      answers.set(keyOf(asker, kept.id), kept);
      return kept;
    },
    answer(asker, id) {
      const answer = answers.get(keyOf(asker, id));
      if (!answer) throw noSuch('answer', 'Ask again; answers are kept for an hour.');
      return answer;
    },
  };
}

/** Characters of 128 bits and a few more. */
const ID_LENGTH = 22;

const newId = (): string => randomBytes(16).toString('base64url');
