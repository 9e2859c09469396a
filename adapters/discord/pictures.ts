import type { Attachment, Embed, Message, MessageSnapshot } from 'discord.js';
import type { PictureRef } from '../../src/chat/contract.ts';
import { DISCORD_FILES, isOneOf } from '../../src/fetch/platforms.ts';

type Shown = Pick<Message | MessageSnapshot, 'attachments' | 'embeds'>;

/**
 * The pictures of a message: those attached, then those that Discord shows of its links, its own ones before those that
 * it forwards. Files of another kind count only where there is no picture: so that it can be said that they are none.
 */
export function picturesOf(message: Message): PictureRef[] {
  const parts: Shown[] = [message, ...(message.messageSnapshots?.values() ?? [])];
  const files = parts.flatMap(({ attachments }) => [...attachments.values()]);
  const keyOf = (part: string) => `${message.channelId}/${message.id}/${part}`;
  const attached = files.filter(isPicture).map((file) => attachmentRef(file, keyOf(file.id)));
  const shown = parts
    .flatMap(({ embeds }) => embeds)
    .flatMap((embed, i) => embedRef(embed, keyOf(`embed${i}`)));
  const pictures = distinct([...attached, ...shown]);
  return pictures.length > 0 ? pictures : files.map((file) => attachmentRef(file, keyOf(file.id)));
}

/** @param key none for a file of a command: it belongs to no message */
export const attachmentRef = ({ url, name, size }: Attachment, key?: string): PictureRef => ({
  url,
  origin: 'platform',
  name,
  size,
  ...(key !== undefined && { key }),
});

/** What somebody wrote; it may well lead to Discord itself. */
export const linkRef = (url: string): PictureRef => ({
  url,
  origin: isDiscords(url) ? 'platform' : 'link',
  name: nameIn(url),
});

function isDiscords(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' && isOneOf(hostname, DISCORD_FILES.hosts);
}

/** A message whose pictures are not known: they are looked for when they are wanted. */
export const messageRef = (channel: string, message: string): PictureRef => ({
  url: `https://discord.com/channels/${channel}/${message}`,
  origin: 'platform',
  key: `${channel}/${message}`,
});

/** Discord empties messages that do not mention us before it shows them to us. */
export const isBlank = ({ content, attachments, embeds, stickers, components, poll }: Message): boolean =>
  !content &&
  [attachments.size, embeds.length, stickers.size, components.length].every((n) => n === 0) &&
  !poll;

const isPicture = ({ contentType, width }: Attachment): boolean =>
  contentType ? contentType.startsWith('image/') : width !== null;

/** Discord keeps a copy of what it shows of a link, at the proxy's address. */
function embedRef({ image, thumbnail }: Embed, key: string): PictureRef[] {
  const shown = image ?? thumbnail;
  if (!shown) return [];
  const url = shown.proxyURL ?? shown.url;
  return [{ url, origin: 'platform', key, name: nameIn(shown.url) }];
}

const distinct = (pictures: readonly PictureRef[]): PictureRef[] => [
  ...new Map(pictures.map((picture) => [picture.url, picture])).values(),
];

function nameIn(url: string): string {
  const last = URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : '';
  return last || 'a picture';
}
