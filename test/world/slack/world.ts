import type { FileHost } from '../file-host.ts';
import type { Call, Delivered, Place, Sign, Upload, Version } from '../platform.ts';
import type { Watch } from '../watch.ts';
import type { Delivery } from './delivery.ts';
import type { Block, View } from './limits.ts';
import type { EventName } from './scopes.ts';

/** A channel, a private one, a conversation with one person, and one with several. */
export type Kind = 'channel' | 'group' | 'im' | 'mpim';

export interface Conversation {
  readonly id: string;
  readonly kind: Kind;
  readonly name: string;
  /** Whom it is with, of a direct one. */
  readonly with?: string;
  /** Whether the bot is in it; and may write there. */
  member: boolean;
  writable: boolean;
}

/** A message as Slack shows it. */
export interface Message {
  readonly type: 'message';
  readonly subtype?: string;
  readonly user: string;
  readonly bot_id?: string;
  readonly app_id?: string;
  readonly text: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly parent_user_id?: string;
  readonly team: string;
  readonly blocks?: readonly Block[];
  readonly attachments?: readonly object[];
  readonly files?: readonly object[];
  readonly edited?: { readonly user: string; readonly ts: string };
  readonly reactions?: readonly object[];
  readonly [more: string]: unknown;
}

export interface Stored {
  readonly conversation: Conversation;
  message: Message;
  readonly versions: Version[];
  readonly files: readonly Delivered[];
  readonly pings: readonly string[];
  readonly onlyFor?: string;
  readonly reactions: Map<string, Set<string>>;
  removed?: number;
}

export interface Filed {
  readonly id: string;
  readonly upload: Upload;
  readonly owner: string;
  readonly url: string;
  readonly alt: string;
  title: string;
  /** How often it was asked for. */
  asked: number;
  /** Where it was shared. */
  readonly channels: Set<string>;
}

/** A form that somebody sees. */
export interface Shown {
  readonly id: string;
  readonly person: string;
  readonly trigger: string;
  view: View;
  hash: string;
}

export interface Settings {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly transport: 'socket' | 'http';
  readonly events: readonly EventName[];
  /** Milliseconds in which an event is to be acknowledged, and waits before it is told again. */
  readonly ackWithin: number;
  readonly retryAfter: readonly number[];
  /** Milliseconds for which a trigger can open a form. */
  readonly triggerFor: number;
  /** How a mention with a file is told; in life it is not always told as both. */
  readonly mentionsWithFiles: 'both' | 'app_mention' | 'message';
  /** Whether an event has files whole, or only their ids with "check_file_info", as between workspaces. */
  readonly filesInEvents: 'whole' | 'id';
  /** How many answers of files.info are still without an address. */
  readonly infoAfter: number;
  /** Milliseconds until an upload that is complete is there to be seen. */
  readonly shareAfter: number;
  /** Methods that are always refused, and with which error. */
  readonly refused: Readonly<Record<string, string>>;
  /** How often a response_url may be used. */
  readonly responses: number;
}

export interface World {
  readonly settings: Settings;
  readonly scopes: Set<string>;
  readonly origin: string;
  readonly files: FileHost;
  readonly watch: Watch;
  readonly team: string;
  readonly app: string;
  readonly bot: { readonly user: string; readonly bot: string; readonly name: string };
  readonly conversations: Map<string, Conversation>;
  readonly people: Map<string, string>;
  readonly messages: Stored[];
  readonly filed: Map<string, Filed>;
  readonly uploads: Map<string, { name: string; length: number; alt: string; bytes?: Buffer }>;
  /** By trigger_id: who may see a form, and until when. */
  readonly triggers: Map<string, { readonly person: string; readonly until: number; used: boolean }>;
  readonly views: Map<string, Shown>;
  readonly responses: Map<
    string,
    { readonly conversation: string; readonly person: string; on?: Stored; left: number }
  >;
  readonly signs: Sign[];
  readonly calls: Call[];
  readonly delivery: Delivery;
}

let count = 0;
/** "F0000001": letters and digits, as Slack's. */
export const newId = (letter: string): string =>
  `${letter}0${(++count).toString(36).toUpperCase().padStart(9, '0')}`;

let last = 0;
/** The time of a message, which is its name: microseconds that never come twice. */
export function newTs(): string {
  last = Math.max(last + 1, Date.now() * 1000);
  return `${Math.floor(last / 1e6)}.${String(last % 1e6).padStart(6, '0')}`;
}

export const placeOf = ({ id, kind }: Conversation, thread?: string): Place => ({
  kind: kind === 'im' ? 'direct' : 'channel',
  channel: id,
  ...(thread !== undefined && { thread }),
});

/** The thread that it is in, where it is not the one that began it. */
export const threadOf = ({ ts, thread_ts }: Message): string | undefined =>
  thread_ts === ts ? undefined : thread_ts;

export const find = (world: World, channel: string, ts: string): Stored | undefined =>
  world.messages.find(
    ({ conversation, message, removed }) =>
      removed === undefined && conversation.id === channel && message.ts === ts,
  );

/** A direct conversation with a person; made where there is none. */
export function directWith(world: World, person: string): Conversation {
  const found = [...world.conversations.values()].find((each) => each.with === person);
  if (found) return found;
  const conversation: Conversation = {
    id: newId('D'),
    kind: 'im',
    name: '',
    with: person,
    member: true,
    writable: true,
  };
  world.conversations.set(conversation.id, conversation);
  return conversation;
}
