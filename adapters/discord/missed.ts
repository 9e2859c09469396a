import { type Client, type Collection, type Message, SnowflakeUtil } from 'discord.js';

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
