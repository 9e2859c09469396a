import type { Attachment, Client, Embed, Message, MessageSnapshot } from 'discord.js';
import { SpotterError } from '../../src/errors.ts';
import { DISCORD_FILES, isOneOf } from '../../src/fetch/address.ts';
import { DEFAULT_LIMITS } from '../../src/picture/inspect.ts';
import type { PictureRef } from '../../src/place.ts';

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
export const attachmentRef = ({ url, name, size, spoiler, flags }: Attachment, key?: string): PictureRef => ({
  url,
  origin: 'platform',
  name,
  size,
  ...(key !== undefined && { key }),
  ...((spoiler || name.startsWith('SPOILER_') || flags.has(IS_SPOILER)) && { spoiler: true }),
});

/** Of an attachment whose name does not say so. */
const IS_SPOILER = 1 << 3;

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

/** Fetches what is at an address. @throws SpotterError */
export type Download = (
  url: string,
  options: {
    readonly signal: AbortSignal;
    readonly maxBytes: number;
    readonly origin: PictureRef['origin'];
  },
) => Promise<Uint8Array>;

/** What another address may change. */
const RENEWABLE: readonly string[] = ['link-expired', 'link-failed', 'web-page', 'empty-file'];

/** Fetches pictures, also when their address has expired: then it is asked for again, by the message they are in. */
export function createFetch(client: Client, download: Download) {
  const get = ({ url, origin }: PictureRef, signal: AbortSignal) =>
    download(url, { signal, maxBytes: DEFAULT_LIMITS.maxBytes, origin });

  /** @throws SpotterError, of the download, or no-picture where Discord shows us none */
  return async (picture: PictureRef, signal: AbortSignal): Promise<Uint8Array> => {
    if (!isAddress(picture)) return get(await found(client, picture), signal);
    const before = isExpired(picture.url, Date.now()) ? await again(client, picture) : undefined;
    try {
      return await get(before ?? picture, signal);
    } catch (thrown) {
      if (before || signal.aborted || !RENEWABLE.includes((thrown as SpotterError).code)) throw thrown;
      const now = await again(client, picture);
      if (!now || now.url === picture.url) throw thrown;
      return get(now, signal);
    }
  };
}

/** Where it is, or only the message that it is in. */
const isAddress = ({ key }: PictureRef): boolean => key === undefined || key.split('/').length === 3;

/** Discord's addresses tell in `ex` when they end, in seconds, hexadecimal. */
export function isExpired(url: string, now: number): boolean {
  const end = URL.canParse(url) ? new URL(url).searchParams.get('ex') : null;
  return end !== null && /^[\da-f]{6,10}$/i.test(end) && Number.parseInt(end, 16) * 1000 <= now;
}

const again = (client: Client, picture: PictureRef): Promise<PictureRef | undefined> =>
  picturesAt(client, picture.key ?? '').then(
    (pictures) => pictures.find(({ key }) => key === picture.key),
    () => undefined,
  );

async function found(client: Client, { key = '' }: PictureRef): Promise<PictureRef> {
  const [picture] = await picturesAt(client, key).catch(() => []);
  if (picture) return picture;
  throw new SpotterError(
    'no-picture',
    'Discord does not show me a picture in that message, as it does not mention me. On the message, choose Apps and "Find in image…".',
  );
}

/** All pictures of the message that a key is about. */
export async function picturesAt(client: Client, key: string): Promise<PictureRef[]> {
  const [channelId = '', message = ''] = key.split('/');
  if (!channelId || !message) return [];
  const channel = await client.channels.fetch(channelId);
  if (!channel?.isTextBased()) return [];
  return picturesOf(await channel.messages.fetch({ message, force: true, cache: false }));
}
