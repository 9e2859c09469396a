import { Refusal } from './errors.ts';
import { type Conversation, directWith, find, type Stored, type World } from './world.ts';

/** Arguments of a call: what was JSON is read. */
export type Args = Readonly<Record<string, unknown>>;

/** @returns what is answered besides "ok". @throws Refusal */
export type Method = (world: World, args: Args) => object | Promise<object>;
export type Methods = Readonly<Record<string, Method>>;

/** @throws Refusal, where it is missing */
export function need(args: Args, name: string): string {
  const value = args[name];
  if (typeof value === 'string' && value !== '') return value;
  const reason = `missing required field: ${name}`;
  throw new Refusal('invalid_arguments', { response_metadata: { messages: [`[ERROR] ${reason}`] } });
}

/** By id; for a person's id, the direct conversation with them. @throws Refusal */
export function conversationOf(world: World, args: Args, name = 'channel'): Conversation {
  const id = need(args, name);
  const found = world.people.has(id) ? directWith(world, id) : world.conversations.get(id);
  if (!found) throw new Refusal('channel_not_found');
  return found;
}

/** One that the bot may write in. @throws Refusal */
export function writable(world: World, args: Args, name = 'channel'): Conversation {
  const conversation = conversationOf(world, args, name);
  if (!conversation.member)
    throw new Refusal(conversation.kind === 'channel' ? 'not_in_channel' : 'channel_not_found');
  if (!conversation.writable) throw new Refusal('restricted_action');
  return conversation;
}

/** One that the bot may read. @throws Refusal */
export function readableIn(world: World, args: Args): Conversation {
  const conversation = conversationOf(world, args);
  if (!conversation.member)
    throw new Refusal(conversation.kind === 'channel' ? 'not_in_channel' : 'channel_not_found');
  return conversation;
}

/** @throws Refusal */
export function messageIn(world: World, conversation: Conversation, args: Args, name: string): Stored {
  const stored = find(world, conversation.id, need(args, name));
  if (!stored || stored.onlyFor !== undefined) throw new Refusal('message_not_found');
  return stored;
}
