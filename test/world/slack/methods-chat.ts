import { Refusal } from './errors.ts';
import { conversationOf, type Methods, messageIn, need, readableIn, writable } from './methods.ts';
import { change, checked, type Letter, post, remove } from './posting.ts';
import { placeOf, type Stored, threadOf, type World } from './world.ts';

const letterOf = (world: World, args: Readonly<Record<string, unknown>>): Letter => ({
  text: args.text as string | undefined,
  blocks: checked(world, args.blocks),
  thread_ts: args.thread_ts as string | undefined,
  attachments: args.attachments as readonly object[] | undefined,
});

const own = (world: World, stored: Stored, error: string): Stored => {
  if (stored.message.user !== world.bot.user) throw new Refusal(error);
  return stored;
};

export const CHAT: Methods = {
  'chat.postMessage': (world, args) => {
    const conversation = writable(world, args);
    const { message } = post(world, { conversation, letter: letterOf(world, args), sent: args });
    return { channel: conversation.id, ts: message.ts, message };
  },
  'chat.update': (world, args) => {
    const conversation = conversationOf(world, args);
    const stored = own(world, messageIn(world, conversation, args, 'ts'), 'cant_update_message');
    change(world, stored, letterOf(world, args), args);
    const { ts, text } = stored.message;
    return { channel: conversation.id, ts, text, message: stored.message };
  },
  'chat.delete': (world, args) => {
    const conversation = conversationOf(world, args);
    const stored = own(world, messageIn(world, conversation, args, 'ts'), 'cant_delete_message');
    remove(world, stored);
    return { channel: conversation.id, ts: stored.message.ts };
  },
  'chat.postEphemeral': (world, args) => {
    const conversation = writable(world, args);
    const onlyFor = need(args, 'user');
    if (!world.people.has(onlyFor)) throw new Refusal('user_not_in_channel');
    const { message } = post(world, { conversation, letter: letterOf(world, args), sent: args, onlyFor });
    return { message_ts: message.ts };
  },
  'reactions.add': (world, args) => {
    const conversation = readableIn(world, args);
    const { message, reactions } = messageIn(world, conversation, args, 'timestamp');
    const name = need(args, 'name');
    if (!/^[a-z0-9_+'-]+$/.test(name)) throw new Refusal('invalid_name');
    const by = reactions.get(name) ?? new Set();
    if (by.has(world.bot.user)) throw new Refusal('already_reacted');
    reactions.set(name, by.add(world.bot.user));
    const place = placeOf(conversation, threadOf(message));
    world.signs.push({ kind: 'reaction', place, at: Date.now(), name, on: message.ts });
    return {};
  },
  'reactions.remove': (world, args) => {
    const { message, reactions } = messageIn(world, readableIn(world, args), args, 'timestamp');
    const name = need(args, 'name');
    if (!reactions.get(name)?.delete(world.bot.user)) throw new Refusal('no_reaction');
    const index = world.signs.findLastIndex((sign) => sign.on === message.ts && sign.name === name);
    world.signs[index] = { ...world.signs[index]!, gone: Date.now() };
    return {};
  },
};
