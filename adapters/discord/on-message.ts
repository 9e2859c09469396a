import type { Message, PartialMessage } from 'discord.js';
import { createBounded } from '../../src/bounded.ts';
import type { ChatQuestion } from '../../src/chat/contract.ts';
import type { PictureRef } from '../../src/place.ts';
import { type Deps, PLATFORM, placeOf, questionOf } from './context.ts';
import { expressionIn } from './outgoing.ts';
import { isBlank, linkedBy, messageRef, picturesOf } from './pictures.ts';
import { createHandle, createMessageTarget, ENOUGH_MS, type Handle, resumeOf } from './reply.ts';

/** A message that was taken for a question. */
interface Asked {
  readonly eventId: string;
  readonly editedAt: number | null;
  readonly handle: Handle;
}

const KEPT = 500;
/** Discord also tells of messages edited long ago, for instance when it shows a link anew. */
const JUST_NOW_MS = 60_000;

/** Questions as messages: those that mention us, replies to us, and all that are written to us alone. */
export function createMessageListeners(deps: Deps) {
  const { client, chat, fetch, whereIs, onAcknowledged } = deps;
  const asked = createBounded<Asked>(KEPT);

  async function isForUs(message: Message): Promise<boolean> {
    if (message.system || (message.author.bot && !isReposted(message))) return false;
    if (message.channel.isDMBased() || message.mentions.users.has(client.user.id)) return true;
    if (mentionsRole(message)) return true;
    // Whoever replies may choose not to mention. Mostly Discord does not show us then what was said.
    return message.content !== '' && (await repliedBy(message))?.author.id === client.user.id;
  }

  /** The picker offers the bot and the role that Discord made for it under one name. */
  const mentionsRole = ({ mentions }: Message): boolean =>
    mentions.roles.some(({ tags }) => tags?.botId === client.user.id);

  function handleFor(message: Message, heardAt: number, before: Handle | undefined): Handle {
    const { channelId: channel, id } = message;
    const onShown = once(() => onAcknowledged(performance.now() - heardAt));
    // Where that cannot be shown, what is said will do.
    void typing(message).then(onShown, () => {});
    const begun = mayBeAnswered(message, client.readyTimestamp);
    return createHandle({
      spot: before?.spot ?? createMessageTarget(client, { channel, message: id, begun }),
      afterMs: ENOUGH_MS.typing,
      fetch,
      onShown,
    });
  }

  async function ask(message: Message, eventId: string, before?: Handle): Promise<void> {
    const handle = handleFor(message, performance.now(), before);
    asked.set(message.id, { eventId, editedAt: message.editedTimestamp, handle });
    const [where, replied] = await Promise.all([
      whereIs(message.channelId, message.channel),
      repliedBy(message),
    ]);
    const me = client.user.id;
    const question: ChatQuestion = {
      ...placeOf(where, message.author.id, message.member, message.id),
      eventId,
      text: expressionIn(message.content, me),
      ...meantBy(message, replied, me),
      ...(where.around && { around: where.around }),
      ...(mentionsRole(message) && isBlank(message) && { withheld: WITHHELD }),
      resume: resumeOf({ kind: 'message', channel: message.channelId, message: message.id }),
    };
    await chat.ask(question, handle);
  }

  async function takeBack(id: string): Promise<void> {
    const before = asked.get(id);
    asked.delete(id);
    chat.withdraw(PLATFORM, before?.eventId ?? id);
    await before?.handle.takeBack();
  }

  return {
    async created(message: Message): Promise<void> {
      // Told again, it is the same question, and what was said of it must not be lost.
      if ((await isForUs(message)) && !asked.get(message.id)) await ask(message, message.id);
    },
    async edited(message: Message | PartialMessage): Promise<void> {
      const { id, editedTimestamp } = message;
      if (message.partial || editedTimestamp === null) return;
      const before = asked.get(id);
      if (before?.editedAt === editedTimestamp || Date.now() - editedTimestamp > JUST_NOW_MS) return;
      if (!(await isForUs(message))) return before && takeBack(id);
      chat.withdraw(PLATFORM, before?.eventId ?? id);
      before?.handle.retire();
      await ask(message, `${id}/${editedTimestamp}`, before?.handle);
    },
    deleted: ({ id }: Pick<Message, 'id'>): Promise<void> => takeBack(id),
  };
}

const WITHHELD =
  'Discord does not show me what you wrote, since it mentions my role. Mention me and not my role, or use /find.';

/**
 * What a webhook posts for somebody, as PluralKit and Tupperbox do: the original is deleted, and the copy counts. An answer to
 * a command has the application itself for its webhook.
 */
const isReposted = ({ webhookId, applicationId, interactionMetadata }: Message): boolean =>
  webhookId !== null && webhookId !== applicationId && !interactionMetadata;

/** By a process before this one, or so long ago that this one does not know it any more. */
const mayBeAnswered = ({ createdTimestamp, editedTimestamp }: Message, since: number): boolean =>
  editedTimestamp !== null || createdTimestamp < since;

/** Shown to all for ten seconds, or until something is said. */
async function typing({ channel }: Message): Promise<void> {
  if (channel.isSendable()) await channel.sendTyping();
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}

/** The message that another replies to; undefined where it replies to none, or Discord does not let us have it. */
async function repliedBy(message: Message): Promise<Message | undefined> {
  return isReply(message) ? message.fetchReference().catch(() => undefined) : undefined;
}

/** What a message is about: its own pictures, those it links to, or else what the message is about that it replies to. */
function meantBy(
  message: Message,
  replied: Message | undefined,
  me: string,
): Pick<ChatQuestion, 'pictures' | 'replyTo'> {
  const pictures = picturesIn(message);
  if (replied?.author.id !== me) {
    return { pictures: pictures.length > 0 ? pictures : picturesOfReplied(message, replied) };
  }
  // Our own answer has a picture, too; a reply to it goes on with what it was about.
  const replyTo = questionOf(replied);
  return { pictures, ...(replyTo !== undefined && { replyTo }) };
}

function picturesIn(message: Message): PictureRef[] {
  const own = picturesOf(message);
  return own.length > 0 ? own : linkedBy(message);
}

function picturesOfReplied(message: Message, replied: Message | undefined): PictureRef[] {
  if (replied && !isBlank(replied)) return picturesIn(replied);
  const { reference, channelId } = message;
  return isReply(message) ? [messageRef(reference?.channelId ?? channelId, reference?.messageId ?? '')] : [];
}

/** What is forwarded refers to a message, too. */
const isReply = ({ reference, messageSnapshots }: Message): boolean =>
  Boolean(reference?.messageId) && !messageSnapshots?.size;
