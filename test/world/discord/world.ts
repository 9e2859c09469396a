import type { APIAttachment, APIMessage, APIUser } from 'discord.js';
import type { FileHost } from '../file-host.ts';
import type { Call, Delivered, Place, Sign, Upload, Version } from '../platform.ts';
import type { Watch } from '../watch.ts';
import type { Command } from './command-limits.ts';
import { type Channel, channelOf, GUILD, memberOf, newId, roleOf } from './objects.ts';
import { EVERYTHING, PERMISSIONS, type Permission } from './permissions.ts';

/** What is known of a message: as it is, and what was sent for it. */
export interface Stored {
  message: APIMessage;
  readonly versions: Version[];
  readonly files: Map<string, Delivered>;
  readonly pings: readonly string[];
  /** The only one who sees it. */
  readonly onlyFor?: string;
  removed?: number;
}

export interface Settings {
  readonly token: string;
  /** Intents that need to be switched on, and are: bits. None unless told, so no MESSAGE_CONTENT. */
  readonly privileged: number;
  /** Bytes that a file may have. */
  readonly mostBytes: number;
  /** Milliseconds in which an interaction must be answered, and for which its token is good after that. */
  readonly answerWithin: number;
  readonly tokenFor: number;
  readonly heartbeat: number;
  /**
   * Whether the content of the message that is replied to comes along where the bot is mentioned. The documents say
   * only that a message is given whole where it mentions the bot, and not whether the one inside it counts as such.
   */
  readonly showsReferenced: boolean;
  /** What becomes of an event before it is told; nothing unless told. Of undefined nothing is told. */
  readonly retold: (event: string, data: object) => object | undefined;
}

/** Everything that there is on this Discord. */
export interface World {
  readonly settings: Settings;
  readonly cdn: FileHost;
  readonly watch: Watch;
  readonly bot: APIUser;
  /** The role that Discord made for the bot. */
  readonly botRole: string;
  readonly guild: string;
  readonly channels: Map<string, Channel>;
  readonly people: Map<string, { readonly user: APIUser; readonly roles: readonly string[] }>;
  readonly roles: Map<string, string>;
  /** In the order they were sent. */
  readonly messages: Map<string, Stored>;
  /** By name and type, where they were registered last. */
  commands: readonly (Command & { readonly id: string })[];
  readonly signs: Sign[];
  readonly calls: Call[];
  /** Tells every session of the bot that wants to know, so many times. */
  dispatch(event: string, data: object, times?: number): void;
}

export const guildOf = (world: World): Record<string, unknown> => {
  const shown = [...world.channels.values()].filter(({ denied }) => !denied.has('viewChannel'));
  const show = (type: number) =>
    shown
      .filter((channel) => channel.type === type)
      .map((each) => channelOf(each, world.guild, world.bot.id));
  return {
    ...GUILD,
    id: world.guild,
    name: 'Guild',
    owner_id: newId(),
    member_count: world.people.size + 1,
    roles: [
      roleOf(world.guild, '@everyone'),
      { ...roleOf(world.botRole, world.bot.username), managed: true, tags: { bot_id: world.bot.id } },
      ...[...world.roles].map(([name, id]) => roleOf(id, name)),
    ],
    members: [{ ...memberOf([]), user: world.bot }],
    channels: show(0),
    threads: show(11),
  };
};

/** What the bot may do in a channel; a thread is as its parent. */
export function mayIn(world: World, channel: Channel): bigint {
  const { denied } = world.channels.get(channel.parent ?? '') ?? channel;
  let bits = EVERYTHING;
  for (const name of denied) bits &= ~PERMISSIONS[name];
  return bits;
}

export const may = (world: World, channel: Channel, permission: Permission): boolean =>
  channel.type === 1 || (mayIn(world, channel) & PERMISSIONS[permission]) !== 0n;

export function placeOf(world: World, id: string): Place {
  const channel = world.channels.get(id);
  if (channel?.type === 1) return { kind: 'direct', channel: id };
  return channel?.parent
    ? { kind: 'channel', channel: channel.parent, thread: id }
    : { kind: 'channel', channel: id };
}

export const channelIdOf = ({ channel, thread }: Place): string => thread ?? channel;

/** A file on the CDN, with an address that would expire. */
export function attach(world: World, channel: string, upload: Upload, description?: string): APIAttachment {
  const id = newId();
  const expires = Math.floor(Date.now() / 1000 + 86_400).toString(16);
  const query = `?ex=${expires}&is=${Math.floor(Date.now() / 1000).toString(16)}&hm=${'0'.repeat(64)}&`;
  const url = world.cdn.put(upload, `/attachments/${channel}/${id}/${upload.name}`, query);
  return {
    id,
    filename: upload.name,
    size: upload.bytes.length,
    url,
    proxy_url: url,
    content_type: upload.type,
    ...(description !== undefined && { description }),
  };
}
