import type { APIMessage } from 'discord.js';
import * as z from 'zod';
import { refusal } from './errors.ts';
import { readForm, text } from './form.ts';
import { NewMessage, Written } from './limits.ts';
import { change, existing, remove, send } from './messages.ts';
import { type Channel, channelOf, newId } from './objects.ts';
import type { Permission } from './permissions.ts';
import type { Context, Routes } from './routes.ts';
import { asSeen } from './sight.ts';
import { may, placeOf, type Stored } from './world.ts';

const Thread = z.strictObject({
  name: text(100, 1),
  auto_archive_duration: z.literal([60, 1440, 4320, 10080]).optional(),
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
  type: z.literal([10, 11, 12]).optional(),
  invitable: z.boolean().optional(),
});

/** Channels and what is in them. */
export const CHANNEL_ROUTES: Routes = {
  'GET /channels/{channel}': (context) =>
    channelOf(channelIn(context), context.world.guild, context.world.bot.id),
  'POST /channels/{channel}/messages': (context) => {
    const { world, asking } = context;
    const channel = channelIn(context);
    needs(context, channel, channel.type === 11 ? 'sendInThreads' : 'sendMessages');
    if (asking.files.length > 0) needs(context, channel, 'attachFiles');
    const form = readForm(NewMessage, asking.form);
    return send(world, { form, files: asking.files }, { channel, author: world.bot }).message;
  },
  'GET /channels/{channel}/messages': (context) => {
    const { world, asking } = context;
    const channel = channelIn(context);
    needs(context, channel, 'readHistory');
    const { before = '9'.repeat(20), after = '0', limit = '50' } = asking.query;
    return [...world.messages.values()]
      .filter(({ message, removed, onlyFor }) => message.channel_id === channel.id && !removed && !onlyFor)
      .map(({ message }) => message)
      .filter(({ id }) => BigInt(id) < BigInt(before) && BigInt(id) > BigInt(after))
      .slice(-Number(limit))
      .reverse()
      .map((message) => asShown(context, message));
  },
  'GET /channels/{channel}/messages/{message}': (context) => {
    const channel = channelIn(context);
    needs(context, channel, 'readHistory');
    return asShown(context, storedIn(context, channel).message);
  },
  'PATCH /channels/{channel}/messages/{message}': (context) => {
    const { world, asking } = context;
    const channel = channelIn(context);
    const stored = storedIn(context, channel);
    if (stored.message.author.id !== world.bot.id) throw refusal('notYours');
    if (asking.files.length > 0) needs(context, channel, 'attachFiles');
    change(world, stored, { form: readForm(Written, asking.form), files: asking.files });
    return stored.message;
  },
  'DELETE /channels/{channel}/messages/{message}': (context) => {
    const stored = storedIn(context, channelIn(context));
    if (stored.message.author.id !== context.world.bot.id) throw refusal('missingPermissions');
    remove(context.world, stored);
  },
  'POST /channels/{channel}/typing': (context) => {
    const channel = channelIn(context);
    needs(context, channel, 'sendMessages');
    context.world.signs.push({ kind: 'typing', place: placeOf(context.world, channel.id), at: Date.now() });
  },
  'PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me': (context) => {
    const channel = channelIn(context);
    needs(context, channel, 'addReactions');
    const on = storedIn(context, channel).message.id;
    const { world, at } = context;
    world.signs.push({
      kind: 'reaction',
      place: placeOf(world, channel.id),
      at: Date.now(),
      name: at.emoji!,
      on,
    });
  },
  'DELETE /channels/{channel}/messages/{message}/reactions/{emoji}/@me': (context) => {
    const { world, at } = context;
    const index = world.signs.findLastIndex(
      ({ on, name, gone }) => on === at.message && name === at.emoji && gone === undefined,
    );
    if (index < 0) throw refusal('unknownMessage');
    world.signs[index] = { ...world.signs[index]!, gone: Date.now() };
  },
  'POST /channels/{channel}/messages/{message}/threads': (context) => {
    const channel = channelIn(context);
    const { id } = storedIn(context, channel).message;
    if (context.world.channels.has(id)) throw refusal('threadExists');
    return threadIn(context, channel, id);
  },
  'POST /channels/{channel}/threads': (context) => threadIn(context, channelIn(context), newId()),
};

function threadIn(context: Context, parent: Channel, id: string): object {
  const { world, asking } = context;
  needs(context, parent, 'createThreads');
  const { name } = readForm(Thread, asking.form);
  const thread: Channel = { id, type: 11, name, parent: parent.id, denied: new Set() };
  world.channels.set(id, thread);
  const shown = channelOf(thread, world.guild, world.bot.id);
  world.dispatch('THREAD_CREATE', { ...shown, newly_created: true });
  return shown;
}

/** @throws Refusal, where there is none, or the bot cannot see it */
function channelIn({ world, at }: Context): Channel {
  const channel = world.channels.get(at.channel!);
  if (!channel) throw refusal('unknownChannel');
  if (!may(world, channel, 'viewChannel')) throw refusal('missingAccess');
  return channel;
}

const storedIn = ({ world, at }: Context, channel: Channel): Stored => {
  const stored = existing(world, channel, at.message!);
  if (stored.onlyFor !== undefined) throw refusal('unknownMessage');
  return stored;
};

function needs({ world }: Context, channel: Channel, permission: Permission): void {
  if (!may(world, channel, permission)) throw refusal('missingPermissions');
}

/** What may be seen by asking is what the application may see at all. */
const asShown = ({ world }: Context, message: APIMessage): APIMessage =>
  asSeen(world, message, world.settings.privileged);
