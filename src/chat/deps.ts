import type { FollowUp, LastTurn } from '../language/follow-up.ts';
import type { Memory } from '../memory/memory.ts';
import type { Spotter } from '../spotter.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { PictureRef, Place } from './contract.ts';

/** What a person said of an answer. */
export interface Judged {
  readonly right: boolean;
  readonly place: Place;
  readonly expression: string;
  readonly sha256: string;
  readonly picture: PictureRef;
  readonly verdict: Verdict;
}

/** Something that happened, for logs and metrics: no text of a person, no address, no secret. */
export type ChatEvent =
  | { readonly kind: 'heard'; readonly platform: string; readonly ms: number }
  | { readonly kind: 'repeated'; readonly platform: string }
  | {
      readonly kind: 'answered';
      readonly platform: string;
      readonly ms: number;
      readonly verdict: Verdict;
    }
  | { readonly kind: 'failed'; readonly platform: string; readonly ms: number; readonly error: unknown }
  | { readonly kind: 'not-said'; readonly platform: string; readonly error: unknown };

/** What the conversation core needs of the rest. */
export interface ChatDeps {
  readonly spotter: Pick<Spotter, 'ask' | 'read' | 'draw' | 'forget'>;
  readonly memory: Memory;
  readonly followUp: (
    text: string,
    last: LastTurn,
    options: { readonly signal?: AbortSignal },
  ) => Promise<FollowUp>;
  /** Whether somebody may ask here and now, or press a button. @throws SpotterError rate-limited, not-allowed */
  readonly admit: (place: Place) => Promise<void>;
  /** Gives turns, fair among askers; tells how many are ahead. @throws SpotterError busy */
  readonly intake: <T>(
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

/** Work that was accepted, as it is remembered. */
export interface PendingItem {
  readonly platform: string;
  readonly resume: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly work: unknown;
}
