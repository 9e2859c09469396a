import type { Message } from 'discord.js';
import type { ChatQuestion, PictureRef } from '../../src/chat/contract.ts';
import { isBlank, linkRef, messageRef, picturesOf } from './pictures.ts';
import { questionOf } from './threads.ts';
import { linksIn } from './words.ts';

/** The message that another replies to; undefined where it replies to none, or Discord does not let us have it. */
export async function repliedBy(message: Message): Promise<Message | undefined> {
  return isReply(message) ? message.fetchReference().catch(() => undefined) : undefined;
}

/** What a message is about: its own pictures, those it links to, or else what the message is about that it replies to. */
export function meantBy(
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
  return own.length > 0 ? own : linksIn(message.content).map(linkRef);
}

function picturesOfReplied(message: Message, replied: Message | undefined): PictureRef[] {
  if (replied && !isBlank(replied)) return picturesOf(replied);
  const { reference, channelId } = message;
  return isReply(message) ? [messageRef(reference?.channelId ?? channelId, reference?.messageId ?? '')] : [];
}

/** What is forwarded refers to a message, too. */
const isReply = ({ reference, messageSnapshots }: Message): boolean =>
  Boolean(reference?.messageId) && !messageSnapshots?.size;
