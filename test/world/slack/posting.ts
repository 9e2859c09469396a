import type { Delivered, Version } from '../platform.ts';
import { invalid, Refusal } from './errors.ts';
import { changedEvent, deletedEvent, tellOf } from './events.ts';
import { type Block, faultsOfBlocks } from './limits.ts';
import { buttonsOf, pingsOf, readable } from './words.ts';
import { type Conversation, type Message, newId, newTs, type Stored, type World } from './world.ts';

/** What the bot writes. */
export interface Letter {
  readonly text?: string | undefined;
  readonly blocks?: readonly Block[] | undefined;
  readonly thread_ts?: string | undefined;
  readonly attachments?: readonly object[] | undefined;
}

/** Characters that a text may have: more are cut off when it is posted, and refused when it is changed. */
const MAX_POSTED = 40_000;
const MAX_CHANGED = 4000;

/** @throws Refusal, for blocks that Slack would not show */
export function checked(world: World, given: unknown): readonly Block[] | undefined {
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) throw new Refusal('invalid_blocks_format');
  const faults = faultsOfBlocks(given);
  if (faults.length > 0) throw invalid('invalid_blocks', faults);
  const blocks = given as readonly Block[];
  const lost = blocks.findIndex(
    (block) =>
      block.type === 'image' && block.slack_file?.id !== undefined && !world.filed.has(block.slack_file.id),
  );
  if (lost >= 0)
    throw invalid('invalid_blocks', [`invalid slack file [json-pointer:/blocks/${lost}/slack_file]`]);
  // Slack names what the bot did not name.
  return blocks.map((block) => ({ block_id: newId('b'), ...block }));
}

const versionOf = (message: Message, files: readonly Delivered[], sent: unknown): Version => ({
  at: Date.now(),
  text: readable(message.text, message.blocks),
  buttons: buttonsOf(message.blocks),
  files,
  sent,
});

export interface Posting {
  readonly conversation: Conversation;
  readonly letter: Letter;
  readonly sent: unknown;
  readonly onlyFor?: string;
  readonly files?: readonly { readonly shown: object; readonly delivered: Delivered }[];
}

/** A message of the bot is there. @throws Refusal */
export function post(world: World, { conversation, letter, sent, onlyFor, files = [] }: Posting): Stored {
  const { text = '', blocks, thread_ts, attachments } = letter;
  if (text === '' && !blocks?.length && !attachments?.length && files.length === 0)
    throw new Refusal('no_text');
  const message: Message = {
    type: 'message',
    ...(files.length > 0 && { subtype: 'file_share', upload: false, files: files.map(({ shown }) => shown) }),
    user: world.bot.user,
    bot_id: world.bot.bot,
    app_id: world.app,
    text: text.slice(0, MAX_POSTED),
    ts: newTs(),
    team: world.team,
    ...(thread_ts !== undefined && { thread_ts }),
    ...(blocks && { blocks }),
    ...(attachments && { attachments }),
  };
  const delivered = files.map((file) => file.delivered);
  const stored: Stored = {
    conversation,
    message,
    versions: [versionOf(message, delivered, sent)],
    files: delivered,
    pings: pingsOf(message.text, message.blocks).filter((id) => id === 'everyone' || world.people.has(id)),
    reactions: new Map(),
    ...(onlyFor !== undefined && { onlyFor }),
  };
  world.messages.push(stored);
  // The bot hears itself, too.
  if (onlyFor === undefined) void tellOf(world, conversation, message);
  world.watch.changed();
  return stored;
}

/** A message of the bot is changed; blocks that are not given stay. @throws Refusal */
export function change(world: World, stored: Stored, letter: Letter, sent: unknown): void {
  const { text, blocks } = letter;
  if (text === undefined && !blocks?.length) throw new Refusal('no_text');
  if ((text ?? '').length > MAX_CHANGED) throw new Refusal('msg_too_long');
  const before = stored.message;
  const message: Message = {
    ...before,
    ...(text !== undefined && { text }),
    ...(blocks && { blocks }),
    edited: { user: world.bot.user, ts: newTs() },
  };
  stored.message = message;
  stored.versions.push(versionOf(message, stored.files, sent));
  if (stored.onlyFor === undefined) void tellOf(world, stored.conversation, changedEvent(message, before));
  world.watch.changed();
}

export function remove(world: World, stored: Stored): void {
  stored.removed = Date.now();
  if (stored.onlyFor === undefined) void tellOf(world, stored.conversation, deletedEvent(stored.message));
  world.watch.changed();
}
