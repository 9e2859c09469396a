/**
 * What an adapter and the conversation core say to each other. An adapter translates what its platform sends into these,
 * and these into what its platform shows; it decides nothing.
 */

/** Where a picture is, as the platform says it; nothing has been fetched. Plain data: it is remembered. */
export interface PictureRef {
  readonly url: string;
  /** From the platform's own hosts, or a link that somebody wrote. */
  readonly origin: 'platform' | 'link';
  /** How the adapter finds it again when the address has expired; its own business. */
  readonly key?: string;
  readonly name?: string;
  /** As the platform says, in bytes. */
  readonly size?: number;
}

/** Who asks, and where. */
export interface Place {
  readonly platform: string;
  /** Follow-ups in it are about the same picture: a thread, a direct message, a channel without threads. */
  readonly conversation: string;
  readonly channel: string;
  readonly asker: string;
  /** Roles or groups of the asker, as far as the platform tells them. */
  readonly roles?: readonly string[];
  /** A conversation that may branch off from here, such as a thread on this message: it goes on with this answer. */
  readonly branch?: string;
}

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
  /** It was not said to us: it counts only where the same asker goes on with the last question. */
  readonly overheard?: boolean;
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

export const BUTTON_KINDS = ['pick', 'picture', 'all', 'why', 'right', 'wrong'] as const;
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
