/**
 * What a stand-in for a chat platform lets a test do and see. Discord and Slack have the same one, so that the same
 * scenario can be played on both; what only one of them has is in its own server.ts.
 */

/** A file that somebody has at hand. */
export interface Upload {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Media type that the platform gives it. */
  readonly type: string;
  /** What becomes of it when it is downloaded; it is served well unless told. */
  readonly served?: Served;
  /** What else the platform says of it, in its own words. */
  readonly told?: Readonly<Record<string, unknown>>;
}

/**
 * expired: 404 · html: a page to log in, with status 200 · huge: bytes without end · vast: says that it is 5 GB ·
 * slow: in pieces, for a second · stalled: half of it, then nothing · cut: half of it, then the connection breaks.
 */
export type Served =
  | 'well'
  | 'expired'
  | 'html'
  | 'huge'
  | 'vast'
  | 'slow'
  | 'stalled'
  | 'cut'
  | { readonly redirect: string };

/** A channel, a direct conversation, or a thread in one. */
export interface Place {
  readonly kind: 'channel' | 'direct';
  readonly channel: string;
  readonly thread?: string;
}

/** A message of a person. */
export interface Posted {
  readonly id: string;
  readonly place: Place;
}

/** What a person says or asks, and where; the same for every way of asking. */
export interface Question {
  /** The expression; of a mention, without the mention. */
  readonly text?: string;
  readonly images?: readonly Upload[];
  /** The option `link` of a command. */
  readonly link?: string;
  /** Addresses of pictures that the platform shows as previews of the message. */
  readonly previews?: readonly string[];
  /** Discord: a reply to it. Slack: a message in its thread. */
  readonly replyTo?: Posted;
  readonly place?: Place;
  /** How many times the bot is told of it; once unless told. */
  readonly times?: number;
}

/** Something that the bot was told. */
export interface Asked {
  readonly place: Place;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /**
   * Milliseconds until the bot acknowledged it. For a message on Discord, which has no acknowledgement: until it
   * first showed a sign of life in that place. Rejects when that takes longer than 10 s.
   */
  acknowledged(): Promise<number>;
}

/** A message that a person sent, of which the bot was told where the platform does. */
export interface Said extends Asked, Posted {}

export interface Person {
  readonly id: string;
  readonly name: string;
  /** `/find`. */
  command(question: Question): Promise<Asked>;
  /** `/find-forget`. */
  forget(place?: Place): Promise<Asked>;
  /** "Find in image…" on a message, then the form that the bot shows, filled in. @throws where it cannot be sent so */
  shortcut(on: Posted, question: Question): Promise<Asked>;
  /** Mentions the bot. */
  mention(question: Question): Promise<Said>;
  /** Writes to the bot alone. */
  direct(question: Question): Promise<Said>;
  /** Says something without mentioning the bot. */
  say(question: Question): Promise<Said>;
  /** Presses a button, named by its label or its id. Throws where that button is not there, or not to be seen. */
  press(on: Reply, button: string, options?: { readonly times?: number }): Promise<Asked>;
  edit(message: Posted, text: string): Promise<void>;
  remove(message: Posted): Promise<void>;
}

export interface Button {
  readonly id: string;
  readonly label: string;
  readonly disabled: boolean;
}

/** A file that the bot sent. */
export interface Delivered {
  readonly name: string;
  readonly bytes: Buffer;
  /** For those who cannot see it. */
  readonly alt: string;
}

/** A message of the bot as it was at one time. */
export interface Version {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Everything to be read in it: its text, and what stands in its embeds or blocks. */
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly files: readonly Delivered[];
  /** What the bot sent, as it sent it. */
  readonly sent: unknown;
}

/** A message of the bot: as it is now, and as it was. */
export interface Reply extends Version, Posted {
  /** The only person that can see it. */
  readonly onlyFor?: string;
  /** The message that it answers, on Discord. */
  readonly answers?: string;
  /** Who was notified: ids of people and roles, and "everyone". */
  readonly pings: readonly string[];
  /** First as it was sent, last as it is now. A Discord "thinking…" is the first, without text. */
  readonly versions: readonly Version[];
  /** When it was deleted. */
  readonly removed?: number;
}

/** A sign that the bot is at work. */
export interface Sign {
  readonly kind: 'thinking' | 'typing' | 'reaction';
  readonly place: Place;
  readonly at: number;
  /** The reaction's name, and the message that it is on. */
  readonly name?: string;
  readonly on?: string;
  /** When it was taken away. */
  readonly gone?: number;
}

/** A request of the bot. */
export interface Call {
  readonly at: number;
  /** "POST /channels/3/messages" on Discord, "chat.postMessage" on Slack. */
  readonly what: string;
  readonly sent: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/**
 * rate-limit: too many requests, with the time to wait · down: 503 to everything · hang-up: the connection breaks ·
 * refuse: there is no such thing to be asked for ·
 * no-posting, no-uploads: the bot is not allowed to · no-access: it cannot see the place.
 */
export type Trouble =
  | 'rate-limit'
  | 'down'
  | 'hang-up'
  | 'refuse'
  | 'no-posting'
  | 'no-uploads'
  | 'no-access';

export interface TroubleOptions {
  /** How many requests it hits; of the last three it is a state, and this does not count. */
  readonly times?: number;
  /** What a rate limit tells to wait. */
  readonly seconds?: number;
  /** A part of `Call.what`, such as "messages" or "chat."; every request unless told. */
  readonly of?: string;
  /** Where; the usual channel unless told. */
  readonly place?: Place;
}

export interface Platform {
  readonly name: 'discord' | 'slack';
  /** The settings that make the bot talk to it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where people are unless told. */
  readonly channel: Place;
  person(name?: string, options?: { readonly roles?: readonly string[] }): Person;
  addChannel(name: string): Place;
  /** The thread on a message; made where there is none. */
  thread(on: Posted): Place;
  /** Another bot posts a picture in the platform's own layout: Discord's components, Slack's blocks. */
  postPicture(upload: Upload, place?: Place): Posted;
  /** Puts a file where the platform keeps its files. @returns its address */
  put(upload: Upload): string;
  /** The bot's messages, in the order they were sent, of one place or all. A thread is a place of its own. */
  replies(place?: Place): readonly Reply[];
  readonly signs: readonly Sign[];
  readonly calls: readonly Call[];
  /** Requests that no bot should make: what the platform refused as malformed, or as not allowed by a scope. */
  readonly complaints: readonly Call[];
  /** Waits until something is there. @throws with what was seen instead, after some milliseconds (30,000) */
  until<T>(look: () => T | undefined | false, ms?: number): Promise<T>;
  /** Something is wrong from now on. */
  trouble(kind: Trouble, options?: TroubleOptions): void;
  /** All is well again. */
  recover(): void;
  /** The bot's connections are cut, without a word; it has to come back by itself. */
  disconnect(): void;
  close(): Promise<void>;
}
