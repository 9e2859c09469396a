import { createHmac, randomBytes, webcrypto } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Verdict } from '../../../src/verdict.ts';
import { noSuch } from './problems.ts';

/** As long as a conversation. */
const KEPT_MS = 3_600_000;
/** Of all askers together, unless there are so many that each has the least. */
const KEPT_BYTES = { pictures: 256 * 2 ** 20, answers: 64 * 2 ** 20 } as const;
const LEAST_BYTES = { pictures: 64 * 2 ** 20, answers: 16 * 2 ** 20 } as const;
/** What is kept of a thing besides what it holds. */
const OVERHEAD_BYTES = 4096;

export interface KeptPicture {
  readonly id: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

export interface KeptAnswer {
  readonly id: string;
  /** The picture itself is kept apart, and may go sooner. */
  readonly picture: Pick<KeptPicture, 'id' | 'sha256'>;
  /** Size of the oriented picture in pixels. */
  readonly size: { readonly width: number; readonly height: number };
  readonly expression: string;
  readonly verdict: Verdict;
  /** Which detector looked, as it was asked for. */
  readonly detector: string;
  readonly totalMs: number;
}

/** Pictures and answers of the last hour, in memory only; each only for the asker who sent the picture or asked the question. */
export interface Memory {
  addPicture(asker: string, bytes: Uint8Array): Promise<KeptPicture>;
  /** @throws SpotterError not-found */
  picture(asker: string, id: string): KeptPicture;
  addAnswer(asker: string, answer: Omit<KeptAnswer, 'id'>): KeptAnswer;
  /** @throws SpotterError not-found */
  answer(asker: string, id: string): KeptAnswer;
}

/** What one asker has. */
interface Shelf {
  readonly pictures: LRUCache<string, KeptPicture>;
  readonly answers: LRUCache<string, KeptAnswer>;
}

/** @param askers how many there are; what one brings takes no room from the others */
export function createMemory(askers: number): Memory {
  const secret = randomBytes(32);
  const shareOf = (kind: keyof typeof KEPT_BYTES): number =>
    Math.max(LEAST_BYTES[kind], Math.floor(KEPT_BYTES[kind] / Math.max(1, askers)));
  const kept = { ttl: KEPT_MS, ttlAutopurge: true } as const;
  const shelves = new Map<string, Shelf>();
  const shelfOf = (asker: string): Shelf => {
    const shelf = shelves.get(asker) ?? {
      pictures: new LRUCache<string, KeptPicture>({
        ...{ ...kept, maxSize: shareOf('pictures') },
        sizeCalculation: ({ bytes }) => bytes.length + OVERHEAD_BYTES,
      }),
      answers: new LRUCache<string, KeptAnswer>({
        ...{ ...kept, maxSize: shareOf('answers') },
        // In memory it takes about twice as much as text.
        sizeCalculation: ({ verdict }) => 2 * JSON.stringify(verdict).length + OVERHEAD_BYTES,
      }),
    };
    shelves.set(asker, shelf);
    return shelf;
  };
  return {
    async addPicture(asker, bytes) {
      // In a thread of its own: of a large picture it takes a while.
      const digest = await webcrypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
      const sha256 = Buffer.from(digest).toString('hex');
      // The same picture again has the same id, which nobody else can guess.
      const id = createHmac('sha256', secret)
        .update(`${asker} ${sha256}`)
        .digest('base64url')
        .slice(0, ID_LENGTH);
      const picture = { id, sha256, bytes };
      shelfOf(asker).pictures.set(id, picture);
      return picture;
    },
    picture(asker, id) {
      const picture = shelfOf(asker).pictures.get(id);
      if (!picture) throw noSuch('picture', 'Send the picture again; pictures are kept for an hour.');
      return picture;
    },
    addAnswer(asker, answer) {
      const { id: picture, sha256 } = answer.picture;
      const added: KeptAnswer = { id: newId(), ...answer, picture: { id: picture, sha256 } };
      shelfOf(asker).answers.set(added.id, added);
      return added;
    },
    answer(asker, id) {
      const answer = shelfOf(asker).answers.get(id);
      if (!answer) throw noSuch('answer', 'Ask again; answers are kept for an hour.');
      return answer;
    },
  };
}

/** Characters of 128 bits and a few more. */
const ID_LENGTH = 22;

const newId = (): string => randomBytes(16).toString('base64url');
