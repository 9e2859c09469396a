import type { Memory } from '../memory/memory.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { PictureRef, Place } from './contract.ts';

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
export function createTurns(memory: Memory, ttlMs: number): Turns {
  const turns = memory.shelf<Turn>('turns', 20_000);
  /** The id of the last turn, by conversation. */
  const last = memory.shelf<string>('conversations', 20_000);
  /** The ids of somebody's turns, to be able to forget them. */
  const mine = memory.shelf<string>('askers', 100_000);
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
      await turns.set(turn.id, turn, ttlMs);
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
