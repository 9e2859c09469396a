import { Client, GatewayIntentBits, Options, Partials } from 'discord.js';
import { NOBODY } from './outgoing.ts';
import { restOptions } from './rest.ts';

/** None of these is privileged. What people write is told to us where they mention us, or write to us alone. */
const INTENTS = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages];

/** A client that holds little: of messages as many as are needed to know what is replied to. */
export const createClient = (apiUrl?: string): Client =>
  new Client({
    intents: INTENTS,
    // Direct conversations, and messages that are changed or deleted, are not known beforehand.
    partials: [Partials.Channel, Partials.Message],
    rest: restOptions(apiUrl),
    allowedMentions: NOBODY,
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 20,
      ReactionManager: 0,
      ReactionUserManager: 0,
      PresenceManager: 0,
      VoiceStateManager: 0,
      GuildInviteManager: 0,
      GuildBanManager: 0,
      GuildEmojiManager: 0,
      GuildStickerManager: 0,
      GuildScheduledEventManager: 0,
      StageInstanceManager: 0,
      ThreadMemberManager: 0,
      UserManager: { maxSize: 500, keepOverLimit: ({ id, client }) => id === client.user.id },
      GuildMemberManager: { maxSize: 200, keepOverLimit: ({ id, client }) => id === client.user.id },
    }),
  });
