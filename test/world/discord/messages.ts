import type { APIMessage, APIUser } from 'discord.js';
import type { FormFile } from '../http.ts';
import type { Delivered } from '../platform.ts';
import { invalidForm, refusal } from './errors.ts';
import type { NewMessage, Written } from './limits.ts';
import { pingsOf } from './mentions.ts';
import { type Channel, memberOf, messageOf } from './objects.ts';
import { FLAGS, versionOf } from './versions.ts';
import { attach, may, type Stored, type World } from './world.ts';

/** What the bot sent: a form that was read, and files. */
export interface Letter<T = Written> {
  readonly form: T;
  readonly files: readonly FormFile[];
}

interface Sending {
  readonly channel: Channel;
  readonly author: APIUser;
  /** What else the message has: flags, who used which command, to what it replies. */
  readonly more?: Partial<APIMessage>;
  readonly onlyFor?: string;
}

/** A message of the bot is there. @throws Refusal */
export function send(world: World, letter: Letter<NewMessage | Written>, sending: Sending): Stored {
  const { channel, author, more, onlyFor } = sending;
  const { form } = letter;
  const files = new Map<string, Delivered>();
  const message = messageOf(channel.id, author, { ...more, flags: (more?.flags ?? 0) | (form.flags ?? 0) });
  const isLoading = (message.flags! & FLAGS.loading) !== 0;
  write(world, message, letter, files);
  if (!isLoading) refuseEmpty(message);
  const reference = 'message_reference' in form ? form.message_reference : undefined;
  const replied = reference ? replyTo(world, message, channel, reference) : undefined;
  const stored: Stored = {
    message,
    versions: [],
    files,
    pings: pingsOf(world, {
      content: message.content,
      allowed: form.allowed_mentions,
      mayAll: may(world, channel, 'mentionEveryone'),
      ...(replied && { repliedTo: replied.message.author.id }),
    }),
    ...(onlyFor !== undefined && { onlyFor }),
  };
  stored.versions.push(versionOf(message, files.values(), form));
  world.messages.set(message.id, stored);
  channel.last = message.id;
  if (onlyFor === undefined) world.dispatch('MESSAGE_CREATE', told(world, message));
  return stored;
}

/** A message of the bot is changed. @throws Refusal */
export function change(world: World, stored: Stored, letter: Letter): void {
  const message = { ...stored.message, flags: (stored.message.flags ?? 0) & ~FLAGS.loading };
  message.edited_timestamp = new Date().toISOString();
  const files = new Map(stored.files);
  write(world, message, letter, files);
  refuseEmpty(message);
  stored.message = message;
  stored.files.clear();
  for (const [id, file] of files) stored.files.set(id, file);
  stored.versions.push(versionOf(message, files.values(), letter.form));
  if (stored.onlyFor === undefined) world.dispatch('MESSAGE_UPDATE', told(world, message));
}

export function remove(world: World, stored: Stored): void {
  const { id, channel_id } = stored.message;
  stored.removed = Date.now();
  world.dispatch('MESSAGE_DELETE', inGuild(world, { id, channel_id }));
}

/** The message of that id, where it is still there. @throws Refusal */
export function existing(world: World, channel: Channel, id: string): Stored {
  const stored = world.messages.get(id);
  if (!stored || stored.removed !== undefined || stored.message.channel_id !== channel.id) {
    throw refusal('unknownMessage');
  }
  return stored;
}

/** As the gateway tells of a message: with the guild, the kind of channel, and what its author is there. */
export function told(world: World, message: APIMessage): object {
  const channel_type = world.channels.get(message.channel_id)?.type;
  const roles = world.people.get(message.author.id)?.roles;
  const member = roles && channel_type !== 1 && { member: memberOf(roles) };
  return { ...inGuild(world, message), channel_type, ...member };
}

/** With the guild, where its channel is in one. */
const inGuild = <T extends { channel_id: string }>(world: World, data: T): T & { guild_id?: string } =>
  world.channels.get(data.channel_id)?.type === 1 ? data : { ...data, guild_id: world.guild };

function write(
  world: World,
  message: APIMessage,
  { form, files }: Letter,
  kept: Map<string, Delivered>,
): void {
  if (form.content !== undefined) message.content = form.content ?? '';
  if (form.embeds !== undefined) message.embeds = (form.embeds ?? []) as APIMessage['embeds'];
  if (form.components !== undefined) {
    message.components = (form.components ?? []) as unknown as NonNullable<APIMessage['components']>;
  }
  if (form.attachments !== undefined) {
    const named = new Set(form.attachments?.map(({ id }) => id));
    message.attachments = message.attachments.filter(({ id }) => named.has(id));
    for (const id of kept.keys()) if (!named.has(id)) kept.delete(id);
  }
  for (const { field, name, bytes } of files) {
    if (bytes.length > world.settings.mostBytes) throw refusal('tooLarge');
    const index = /^files\[(\d+)\]$/.exec(field)?.[1];
    const described = form.attachments?.find(({ id }) => id === index);
    const upload = { name: described?.filename ?? name, bytes, type: typeOf(name) };
    const attachment = attach(world, message.channel_id, upload, described?.description ?? undefined);
    message.attachments = [...message.attachments, attachment];
    kept.set(attachment.id, { name: upload.name, bytes, alt: described?.description ?? '' });
  }
  refuseLost(message, form, files);
}

/** Every attachment that the form names must be one that is sent, or that was there. */
function refuseLost(message: APIMessage, form: Written, files: readonly FormFile[]): void {
  for (const [place, { id }] of (form.attachments ?? []).entries()) {
    const isSent = files.some(({ field }) => field === `files[${id}]`);
    if (isSent || message.attachments.some((attachment) => attachment.id === id)) continue;
    const reason = { code: 'ATTACHMENT_NOT_FOUND', message: `Attachment data for ID ${id} not found` };
    throw invalidForm([{ path: ['attachments', place], ...reason }]);
  }
}

function refuseEmpty({ content, embeds, attachments, components }: APIMessage): void {
  if (!content && [embeds, attachments, components ?? []].every(({ length }) => length === 0))
    throw refusal('empty');
}

function replyTo(
  world: World,
  message: APIMessage,
  channel: Channel,
  reference: NonNullable<NewMessage['message_reference']>,
): Stored | undefined {
  if (!may(world, channel, 'readHistory')) throw refusal('noHistory');
  const replied = world.messages.get(reference.message_id);
  const isThere = replied && replied.removed === undefined && replied.message.channel_id === channel.id;
  if (!isThere && (reference.fail_if_not_exists ?? true)) {
    const reason = { code: 'REPLIES_UNKNOWN_MESSAGE', message: 'Unknown message' };
    throw invalidForm([{ path: ['message_reference'], ...reason }]);
  }
  message.type = 19;
  message.message_reference = { type: 0, channel_id: channel.id, message_id: reference.message_id };
  message.referenced_message = isThere ? replied.message : null;
  return isThere ? replied : undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
};
const typeOf = (name: string): string => TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
