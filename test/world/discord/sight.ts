import type { APIMessage } from 'discord.js';
import type { World } from './world.ts';

/** Bits of the intents that decide what the bot is told. */
export const INTENTS = {
  guilds: 1 << 0,
  guildMessages: 1 << 9,
  guildReactions: 1 << 10,
  directMessages: 1 << 12,
  messageContent: 1 << 15,
} as const;

/** Those that have to be switched on for the application: members, presences, content of messages. */
export const PRIVILEGED = (1 << 1) | (1 << 8) | INTENTS.messageContent;

type Needs = Readonly<Record<'guild' | 'direct', number>>;
const messages: Needs = { guild: INTENTS.guildMessages, direct: INTENTS.directMessages };
const everything: Needs = { guild: INTENTS.guilds, direct: 0 };

const NEEDS: Readonly<Record<string, Needs>> = {
  MESSAGE_CREATE: messages,
  MESSAGE_UPDATE: messages,
  MESSAGE_DELETE: messages,
  GUILD_CREATE: everything,
  CHANNEL_CREATE: everything,
  CHANNEL_UPDATE: everything,
  THREAD_CREATE: everything,
  GUILD_ROLE_CREATE: everything,
};

/** Whether somebody with these intents is told of it. Interactions are told to everybody. */
export function isTold(event: string, data: object, intents: number): boolean {
  const needs = NEEDS[event];
  if (!needs) return true;
  const inGuild = 'guild_id' in data || event === 'GUILD_CREATE';
  const need = inGuild ? needs.guild : needs.direct;
  return (intents & need) === need;
}

/**
 * A message as the bot sees it. Without the intent for their content, messages are empty, except those that mention
 * it, that it sent itself, or that are in a direct conversation.
 */
export function asSeen(world: World, message: APIMessage, intents: number): APIMessage {
  const mentioned = message.mentions.some(({ id }) => id === world.bot.id);
  const own = message.author.id === world.bot.id;
  const direct = world.channels.get(message.channel_id)?.type === 1;
  const all = (intents & INTENTS.messageContent) !== 0 || mentioned || own || direct;
  const { referenced_message: referenced } = message;
  const inside =
    referenced && !(mentioned && world.settings.showsReferenced)
      ? asSeen(world, referenced, intents)
      : referenced;
  return {
    ...message,
    ...(referenced !== undefined && { referenced_message: inside ?? null }),
    ...(!all && { content: '', attachments: [], embeds: [], components: [] }),
  };
}
