import {
  Client,
  type Collection,
  DiscordjsError,
  Events,
  GatewayIntentBits,
  type Message,
  Options,
  Partials,
  SnowflakeUtil,
  Status,
} from 'discord.js';
import type { Chat } from '../../src/chat/contract.ts';
import { SpotterError } from '../../src/errors.ts';
import { inviteLink, restOptions } from './commands.ts';
import { createThreads, type Log, PLATFORM } from './context.ts';
import { sanitizeGateway } from './gateway.ts';
import { createInteractionListener } from './on-interaction.ts';
import { createMessageListeners } from './on-message.ts';
import { bare, NO_MENTIONS } from './outgoing.ts';
import { createFetch, type Download } from './pictures.ts';
import { createHandle, readResume, replyTargetOf } from './reply.ts';

export interface DiscordOptions {
  readonly token: string;
  readonly appId: string;
  /** A proxy or a stand-in, such as "http://127.0.0.1:9000/api". */
  readonly apiUrl?: string;
  readonly chat: Chat;
  /** Fetches pictures; which hosts it goes to is its business. */
  readonly download: Download;
  readonly log: Log;
  /** Somebody was shown that they were heard, so many milliseconds after we were told. */
  readonly onAcknowledged?: (ms: number) => void;
}

export interface Discord {
  /**
   * Resolves when questions are taken and work of before a restart has been taken up.
   * @throws SpotterError bad-config, where Discord does not accept the token; or what the network says
   */
  start(): Promise<void>;
  /** Hears nothing more. What is under way should have ended by then: see `Chat.close`. */
  stop(): Promise<void>;
  /** Whether it is connected. */
  ready(): boolean;
  /** Where somebody adds the bot to a server. */
  readonly invite: string;
}

/** The bot on Discord: translates, and decides nothing. */
export async function createDiscord(options: DiscordOptions): Promise<Discord> {
  const { token, appId, apiUrl, chat, download, log, onAcknowledged = () => {} } = options;
  // The user is there before any listener is called.
  const client = createClient(apiUrl) as Client<true>;
  sanitizeGateway(client, {
    appId,
    onBad: (err, event) => log.error({ platform: PLATFORM, event, err }, 'what Discord told cannot be read'),
  });
  const fetch = createFetch(client, download);
  const deps = { client, chat, log, fetch, whereIs: createThreads(client), onAcknowledged };
  const messages = createMessageListeners(deps);
  const onInteraction = createInteractionListener(deps);

  /** A listener that fails would be an 'error' of the client, and end the process. */
  const safely =
    <A extends unknown[]>(what: string, act: (...args: A) => Promise<void>) =>
    (...args: A): void => {
      act(...args).catch((thrown) => log.error({ platform: PLATFORM, err: bare(thrown) }, `${what} failed`));
    };

  client.on(Events.MessageCreate, safely('A message', messages.created));
  client.on(
    Events.MessageUpdate,
    safely('An edited message', (_, message) => messages.edited(message)),
  );
  client.on(Events.MessageDelete, safely('A deleted message', messages.deleted));
  client.on(
    Events.MessageBulkDelete,
    safely('Deleted messages', async (all) => {
      await Promise.all(all.map(messages.deleted));
    }),
  );
  client.on(Events.InteractionCreate, safely('An interaction', onInteraction));
  tellConnection(client, log);

  return {
    invite: inviteLink(appId),
    ready: () => client.isReady() && client.ws.shards.every(({ status }) => status === Status.Ready),
    async start() {
      const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
      await client.login(token).catch((thrown) => {
        throw notLoggedIn(thrown);
      });
      await ready;
      if (client.application.id !== appId)
        log.warn({ platform: PLATFORM }, 'DISCORD_APP_ID is not the one of DISCORD_TOKEN');
      await chat.resume(PLATFORM, (resume) => {
        const address = readResume(resume, Date.now());
        if (!address) return undefined;
        return createHandle({ spot: replyTargetOf(client, address), fetch });
      });
      // What is under way by now is accepted already, and not answered twice.
      safely('What was missed', async () => {
        for (const message of await missedMessages(client)) safely('A message', messages.created)(message);
      })();
    },
    async stop() {
      client.removeAllListeners(Events.InteractionCreate);
      client.removeAllListeners(Events.MessageCreate);
      await client.destroy();
    },
  };
}

/** The client connects again by itself; only what it gives up on is an error. */
function tellConnection(client: Client, log: Log): void {
  const platform = PLATFORM;
  client.on(Events.Error, (thrown) => log.error({ platform, err: bare(thrown) }, 'the client failed'));
  client.on(Events.Warn, (words) => log.warn({ platform, words }, 'the client warns'));
  client.on(Events.ShardError, (err) => log.warn({ platform, err }, 'the connection failed'));
  client.on(Events.ShardReconnecting, () => log.info({ platform }, 'connecting again'));
  client.on(Events.ShardResume, (_, missed) => log.info({ platform, missed }, 'connected again'));
  client.on(Events.ShardDisconnect, ({ code }) => log.error({ platform, code }, 'disconnected for good'));
  client.on(Events.Invalidated, () => log.error({ platform }, 'the session is not valid any more'));
}

function notLoggedIn(thrown: unknown): unknown {
  const code = thrown instanceof DiscordjsError ? String(thrown.code) : '';
  if (code !== 'TokenInvalid') return thrown;
  const hint = 'Copy DISCORD_TOKEN anew: https://discord.com/developers/applications, Bot, Reset Token.';
  return new SpotterError('bad-config', 'Discord does not accept the token.', hint, thrown);
}

/** What is older is not answered any more. */
const MAX_AGE_MS = 10 * 60_000;
/** So many channels are looked through, those written in last before the others, and so many messages of each. */
const MAX_CHANNELS = 50;
const MAX_MESSAGES = 100;

/**
 * Recent messages that Discord sent while no process was connected, or just before one died; it does not send them again.
 * Messages that the bot has replied to, and channels that it cannot read, are left out.
 * @returns the oldest first
 */
export async function missedMessages(client: Client<true>, now = Date.now()): Promise<Message[]> {
  const since = now - MAX_AGE_MS;
  const recent = [...client.channels.cache.values()]
    .filter((channel) => channel.isTextBased())
    .filter((channel) => lastAt(channel) > since)
    .sort((a, b) => lastAt(b) - lastAt(a))
    .slice(0, MAX_CHANNELS);
  const missed: Message[] = [];
  for (const channel of recent) {
    const options = { limit: MAX_MESSAGES, cache: false };
    const messages = await channel.messages.fetch(options).catch(() => undefined);
    if (messages) missed.push(...unanswered(messages, client.user.id));
  }
  return missed
    .filter(({ createdTimestamp }) => createdTimestamp > since)
    .sort((a, b) => a.createdTimestamp - b.createdTimestamp);
}

/** When something was written last in a channel, milliseconds since 1970. */
const lastAt = ({ lastMessageId }: { readonly lastMessageId: string | null | undefined }): number =>
  !lastMessageId ? 0 : SnowflakeUtil.timestampFrom(lastMessageId);

function unanswered(messages: Collection<string, Message>, me: string): Message[] {
  const ours = messages.filter(({ author }) => author.id === me);
  const answered = new Set(ours.map(({ reference }) => reference?.messageId));
  return [...messages.values()].filter(({ id, author }) => author.id !== me && !answered.has(id));
}

/** None of these is privileged. What people write is told to us where they mention us, or write to us alone. */
const INTENTS = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages];

/** A client that holds little: of messages as many as are needed to know what is replied to. */
export const createClient = (apiUrl?: string): Client =>
  new Client({
    intents: INTENTS,
    // Direct conversations, and messages that are changed or deleted, are not known beforehand.
    partials: [Partials.Channel, Partials.Message],
    rest: restOptions(apiUrl),
    allowedMentions: NO_MENTIONS,
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
