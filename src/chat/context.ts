import { LRUCache } from 'lru-cache';
import type { Spotter } from '../ask.ts';
import { SpotterError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../picture/inspect.ts';
import { tooManyBytes } from '../picture/read.ts';
import type { PictureRef, Place } from '../place.ts';
import type { Judged } from '../store/feedback.ts';
import type { PendingItem } from '../store/pending.ts';
import type { Store } from '../store/store.ts';
import { storable, type Verdict } from '../verdict.ts';
import type { ReplyHandle } from './contract.ts';
import type { ReadFollowUp } from './going-on.ts';

/**
 * Something that happened, for logs and metrics: no text of a person, no address, no secret. `question` is the question's id
 * in the logs of all processes.
 */
export type ChatEvent =
  | { readonly kind: 'heard'; readonly platform: string; readonly ms: number }
  | { readonly kind: 'repeated'; readonly platform: string }
  | {
      readonly kind: 'answered';
      readonly platform: string;
      readonly question: string;
      readonly ms: number;
      readonly verdict: Verdict;
    }
  | {
      readonly kind: 'failed';
      readonly platform: string;
      readonly question: string;
      readonly ms: number;
      readonly error: unknown;
    }
  | { readonly kind: 'not-said'; readonly platform: string; readonly error: unknown };

/** What the conversation core needs of the rest. */
export interface ChatDeps {
  readonly spotter: Pick<Spotter, 'ask' | 'read' | 'draw' | 'forget'>;
  readonly store: Store;
  readonly followUp: ReadFollowUp;
  /** Whether somebody may ask here and now, or press a button. @throws SpotterError rate-limited, not-allowed */
  readonly admit: (place: Place) => Promise<void>;
  /** Gives turns, fair among askers; tells how many are ahead. @throws SpotterError busy */
  readonly admission: <T>(
    work: () => Promise<T>,
    turn: {
      readonly onPosition: (ahead: number) => void;
      readonly asker: string;
      readonly signal: AbortSignal;
    },
  ) => Promise<T>;
  /** Accepted work that is not answered yet; it survives a crash, and each item is given to one process only. */
  readonly pending: {
    /** After so long the work of a process that shows no sign of life is anybody's, in milliseconds. */
    readonly leaseMs: number;
    /** False where it was accepted before, by whatever process. */
    accept(key: string, item: PendingItem): Promise<boolean>;
    /** It is being worked on from now on, and not only waiting: should the process die, it may be the reason. */
    begin(key: string): Promise<void>;
    /** Whether it has not been given to another process since. */
    owns(key: string): Promise<boolean>;
    done(key: string): Promise<void>;
    /** @returns each with how many processes have died while they worked on it */
    orphans(
      platform: string,
    ): Promise<readonly { readonly key: string; readonly item: PendingItem; readonly deaths: number }[]>;
  };
  readonly feedback: {
    add(judged: Judged, bytes: () => Promise<Uint8Array>): Promise<void>;
    forget(place: Pick<Place, 'platform' | 'asker'>): Promise<number>;
  };
  readonly observe: (event: ChatEvent) => void;
  /** How long a conversation is remembered, in milliseconds. */
  readonly rememberMs: number;
}

/** What all of a conversation has to work with. */
export interface Conversing extends ChatDeps {
  readonly turns: ReturnType<typeof createTurns>;
  readonly pictures: ReturnType<typeof createPictures>;
  readonly newId: () => string;
}

/** What answering one question has to work with. */
export interface Answering extends Conversing {
  /** Id of the question in the logs of all processes. */
  readonly question: string;
  /** Notes that the question is being worked on, and not only waiting any more. */
  readonly begin: () => Promise<void>;
}

/** One question and its answer, as it is remembered: no picture, but where it is. */
export interface Turn {
  readonly id: string;
  readonly place: Pick<Place, 'platform' | 'conversation' | 'asker' | 'branch'>;
  readonly expression: string;
  /** One, unless it is still to be chosen among them. */
  readonly pictures: readonly PictureRef[];
  readonly sha256?: string;
  readonly verdict?: Verdict;
}

/** Turns by their id, and the last one of each conversation. */
export interface Turns {
  get(id: string): Promise<Turn | undefined>;
  last(place: Pick<Place, 'platform' | 'conversation'>): Promise<Turn | undefined>;
  add(turn: Turn): Promise<void>;
  /** Removes all turns of an asker. @returns the removed turns that had not expired */
  forget(place: Pick<Place, 'platform' | 'asker'>): Promise<readonly Turn[]>;
}

/** @param ttlMs how long conversations are remembered, in milliseconds */
export function createTurns(store: Store, ttlMs: number): Turns {
  const turns = store.namespace<Turn>('turns', 20_000);
  /** The id of the last turn, by conversation. */
  const last = store.namespace<string>('conversations', 20_000);
  /** The ids of somebody's turns, to be able to forget them. */
  const mine = store.namespace<string>('askers', 100_000);
  const conversationOf = ({ platform, conversation }: Pick<Place, 'platform' | 'conversation'>) =>
    `${platform}:${conversation}`;
  const conversationsOf = ({ platform, conversation, branch }: Turn['place']) =>
    [conversation, ...(branch === undefined ? [] : [branch])].map((each) => `${platform}:${each}`);
  const askerOf = ({ platform, asker }: Pick<Place, 'platform' | 'asker'>) => `${platform}:${asker}:`;
  return {
    get: (id) => turns.get(id),
    async last(place) {
      const id = await last.get(conversationOf(place));
      return id === undefined ? undefined : turns.get(id);
    },
    async add(turn) {
      const { verdict } = turn;
      await turns.set(turn.id, verdict ? { ...turn, verdict: storable(verdict) } : turn, ttlMs);
      for (const conversation of conversationsOf(turn.place)) await last.set(conversation, turn.id, ttlMs);
      await mine.set(`${askerOf(turn.place)}${turn.id}`, turn.id, ttlMs);
    },
    async forget(place) {
      const gone: Turn[] = [];
      for (const [key, id] of await mine.list(askerOf(place))) {
        const turn = await turns.get(id);
        if (turn) gone.push(turn);
        for (const conversation of turn ? conversationsOf(turn.place) : []) {
          if ((await last.get(conversation)) === id) await last.delete(conversation);
        }
        await turns.delete(id);
        await mine.delete(key);
      }
      return gone;
    },
  };
}

const KEPT_BYTES = 8 * 2 ** 20;
const KEPT_MS = 3_600_000;

/** The bytes of pictures that were asked about lately, in memory only: follow-ups need not fetch them again. */
export function createPictures() {
  const kept = new LRUCache<string, Uint8Array>({
    maxSize: KEPT_BYTES,
    ttl: KEPT_MS,
    sizeCalculation: (bytes) => Math.max(1, bytes.length),
  });
  return {
    /** @throws SpotterError too-many-bytes, unseen, where it is said to have so many; `refused`; what `handle.fetch` throws */
    async bytesOf(
      platform: string,
      picture: PictureRef,
      handle: Pick<ReplyHandle, 'fetch'>,
      signal: AbortSignal,
    ): Promise<Uint8Array> {
      // The same place in a message shows another picture where the message is edited.
      const key = [platform, picture.key, picture.url].join(' ');
      const known = kept.get(key);
      if (known) return known;
      const { size = 0, refused } = picture;
      if (refused) throw new SpotterError(refused.code, refused.message);
      if (size > DEFAULT_LIMITS.maxBytes) throw tooManyBytes(size, DEFAULT_LIMITS);
      const bytes = await handle.fetch(picture, signal);
      kept.set(key, bytes);
      return bytes;
    },
  };
}
