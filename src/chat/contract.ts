import type { PictureRef, Place } from '../place.ts';

/** One event in which somebody asks. */
export interface ChatQuestion extends Place {
  /** The same when the platform delivers it again. */
  readonly eventId: string;
  /** The expression, without the mention; untrusted. */
  readonly text: string;
  /** Pictures it may be about, the nearest first: its own, else those of the message it replies to. */
  readonly pictures: readonly PictureRef[];
  /** The event of an earlier question whose answer it replies to: it goes on with that. */
  readonly replyTo?: string;
  /** A wider conversation to go on with where this one has nothing: what one person was shown of it, they may ask about. */
  readonly within?: string;
  /** It was not said to us: it counts only where the same asker goes on with the last question. */
  readonly overheard?: boolean;
  /** Why the platform does not show us what was asked, and what to do about it, in a sentence or two: that is the answer. */
  readonly withheld?: string;
  /** Pictures that the conversation hangs on, such as those a thread is on: they count where nothing was asked before. */
  readonly around?: readonly PictureRef[];
  /** How the adapter comes by the reply's handle again after a restart; plain text, no secret. */
  readonly resume: string;
}

/** One event in which somebody presses a button of an answer. */
export interface ChatPress extends Place {
  readonly eventId: string;
  /** `Button.id`; untrusted. */
  readonly button: string;
  readonly resume: string;
}

const BUTTON_KINDS = ['pick', 'picture', 'all', 'why', 'right', 'wrong'] as const;
export type ButtonKind = (typeof BUTTON_KINDS)[number];

export interface Button {
  /** At most 100 characters; comes back when it is pressed. */
  readonly id: string;
  readonly kind: ButtonKind;
  readonly label: string;
}

/** What is to be shown. Texts are plain: the adapter escapes them for its platform. */
export interface Reply {
  readonly text: string;
  readonly picture?: {
    /** JPEG, at most `ReplyHandle.maxBytes`. */
    readonly bytes: Uint8Array;
    readonly name: string;
    /** For those who cannot see it. */
    readonly alt: string;
    /** Covered until somebody wants to see it, where the platform can do that. */
    readonly spoiler?: boolean;
  };
  readonly buttons?: readonly Button[];
  /** For the asker alone, where the platform can do that. */
  readonly onlyAsker?: boolean;
}

/**
 * How one question or press is answered. What the platform refuses to show is SpotterError cannot-reply; anything else
 * that is thrown may only have been lost on the way.
 */
export interface ReplyHandle {
  /**
   * Called once when the event is written down, so that it is answered even if this process dies, or is known not to be:
   * from now on the platform may be told that it was heard. Never rejects.
   */
  accepted?(): Promise<void>;
  /** Largest picture that may be posted here, in bytes. */
  readonly maxBytes: number;
  /** Says that it has been heard and is being worked on; a second call changes the words. */
  progress(words: string): Promise<void>;
  /** The answer, in place of the progress. */
  answer(reply: Reply): Promise<void>;
  /** The bytes of a picture. @throws SpotterError of src/fetch, too-many-bytes */
  fetch(picture: PictureRef, signal: AbortSignal): Promise<Uint8Array>;
}

/** The conversation core, as adapters see it. None of its methods ever rejects: failures are replies, and logged. */
export interface Chat {
  ask(question: ChatQuestion, handle: ReplyHandle): Promise<void>;
  press(press: ChatPress, handle: ReplyHandle): Promise<void>;
  /** Its event was deleted or edited: what is under way for it ends without an answer. */
  withdraw(platform: string, eventId: string): void;
  /** Forgets the conversations, answers and feedback of somebody; says how much that was. */
  forget(place: Place): Promise<number>;
  /** Work of this platform that was accepted before a restart; the adapter makes handles of `resume`. */
  resume(platform: string, handleOf: (resume: string) => ReplyHandle | undefined): Promise<void>;
  /**
   * Ends the question whose code threw an error that nobody caught, and tells its asker.
   * @returns false where the error belongs to no question
   */
  fail(thrown: unknown): boolean;
  /** Takes nothing new; ends what is under way in time, or apologises. */
  close(ms: number): Promise<void>;
}

/** What was pressed: a kind of button of a turn, and the number on it, counted from 1. */
export interface Pressed {
  readonly kind: ButtonKind;
  readonly turn: string;
  readonly number?: number;
}

const LABELS: Readonly<Record<ButtonKind, string>> = {
  pick: '',
  picture: 'Picture ',
  all: 'All candidates',
  why: 'Why?',
  right: 'Right',
  wrong: 'Wrong',
};

export function buttonFor(kind: ButtonKind, turn: string, number?: number): Button {
  const numbered = number === undefined ? '' : String(number);
  return { id: ['spotter', kind, turn, numbered].join(':'), kind, label: `${LABELS[kind]}${numbered}` };
}

const ID = /^spotter:([a-z]+):([\w-]{1,40}):(\d{0,2})$/;

/** Reads what comes back; undefined for whatever is no button of ours. */
export function readButton(id: string): Pressed | undefined {
  const [, kind, turn, number] = ID.exec(id) ?? [];
  if (turn === undefined || !(BUTTON_KINDS as readonly (string | undefined)[]).includes(kind))
    return undefined;
  return { kind: kind as ButtonKind, turn, ...(number ? { number: Number(number) } : {}) };
}

/**
 * Does what a platform told, and acknowledges that once: when `work` says that it is written down, so that nothing is lost
 * should this process die, or after `withinMs` milliseconds in any case, before the platform gives up.
 * @param send acknowledges it; never rejects
 * @example await acknowledgeOnce(() => defer(interaction), 2000, (accepted) => chat.ask(question, { ...handle, accepted }));
 */
export async function acknowledgeOnce<T>(
  send: () => Promise<void>,
  withinMs: number,
  work: (accepted: () => Promise<void>) => Promise<T>,
): Promise<T> {
  let sent: Promise<void> | undefined;
  const accepted = (): Promise<void> => {
    sent ??= send();
    return sent;
  };
  const late = setTimeout(() => void accepted(), withinMs);
  try {
    return await work(accepted);
  } finally {
    clearTimeout(late);
  }
}
