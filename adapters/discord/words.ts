import type { Message } from 'discord.js';
import type { PictureRef } from '../../src/chat/contract.ts';
import { isBlank, linkRef, messageRef, picturesOf } from './pictures.ts';

/** Punctuation behind a link is of the sentence. */
const LINK = /<?(https?:\/\/[^\s<>]*[^\s<>.,;:!?"')\]])>?/gi;

/** What is to be found: a message without mentions of us, and without links. */
export const expressionIn = (content: string, me: string): string =>
  content
    .replaceAll(new RegExp(`<@!?${me}>`, 'g'), ' ')
    .replace(LINK, ' ')
    .replace(/\s+/g, ' ')
    .trim();

export const linksIn = (content: string): string[] => [...content.matchAll(LINK)].map(([, link]) => link!);

/** The pictures that a message is about: its own, those it links to, or those of the message that it replies to. */
export function picturesMeant(message: Message, me: string): PictureRef[] {
  const own = picturesOf(message);
  if (own.length > 0) return own;
  const links = linksIn(message.content);
  if (links.length > 0) return links.map(linkRef);
  return message.messageSnapshots?.size ? [] : picturesRepliedTo(message, me);
}

function picturesRepliedTo({ reference, channel, channelId }: Message, me: string): PictureRef[] {
  const id = reference?.messageId;
  if (!id) return [];
  const replied = channel.messages.cache.get(id);
  if (!replied) return [messageRef(reference.channelId ?? channelId, id)];
  // Our own answer has a picture, too; a reply to it goes on with what it was about.
  if (replied.author?.id === me) return [];
  return isBlank(replied) ? [messageRef(replied.channelId, replied.id)] : picturesOf(replied);
}
