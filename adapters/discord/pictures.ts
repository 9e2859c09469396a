import { setTimeout as sleep } from 'node:timers/promises';
import type { APIUnfurledMediaItem, Attachment, Client, Embed, Message, MessageSnapshot } from 'discord.js';
import { SpotterError } from '../../src/errors.ts';
import { DISCORD_FILES, isOneOf } from '../../src/fetch/address.ts';
import { DEFAULT_LIMITS } from '../../src/picture/inspect.ts';
import { type PictureRef, refusedByType } from '../../src/place.ts';
import { linksIn } from './outgoing.ts';

type Shown = Pick<Message | MessageSnapshot, 'attachments' | 'embeds' | 'components' | 'content'>;

/**
 * The pictures of a message: those attached, then those in its layout (Components V2), then those that Discord shows of its
 * links, its own ones before those that it forwards. Files of another kind count only where there is no picture: so that it
 * can be said that they are none.
 */
export function picturesOf(message: Message): PictureRef[] {
  const parts: Shown[] = [message, ...(message.messageSnapshots?.values() ?? [])];
  const files = parts.flatMap(({ attachments }) => [...attachments.values()]);
  const keyOf = (part: string) => keyIn(message, part);
  const attached = files.filter(isPicture).map((file) => attachmentRef(file, keyOf(file.id)));
  const laidOut = parts
    .flatMap(({ components }) => components.flatMap((component) => mediaIn(component.toJSON())))
    .map((media, i) => mediaRef(media, keyOf(`media${i}`)));
  const shown = parts
    .flatMap((part) => part.embeds.map((embed) => ({ embed, covered: coveredLinks(part) })))
    .flatMap(({ embed, covered }, i) =>
      embedRef(embed, keyOf(`embed${i}`), embed.url !== null && covered.includes(embed.url)),
    );
  const pictures = distinct([...attached, ...laidOut, ...shown]);
  return pictures.length > 0 ? pictures : files.map((file) => attachmentRef(file, keyOf(file.id)));
}

const keyIn = ({ channelId, id }: Pick<Message, 'channelId' | 'id'>, part: string): string =>
  `${channelId}/${id}/${part}`;

/** What is shown in a layout, and whether it is covered. */
interface Media {
  readonly url: string;
  readonly proxy_url?: string | null | undefined;
  readonly spoiler?: boolean;
}

/** As much of any component as is read here: media galleries, thumbnails, files, and what these stand in. */
interface Component {
  readonly items?: readonly { readonly media?: APIUnfurledMediaItem; readonly spoiler?: boolean }[];
  readonly media?: APIUnfurledMediaItem;
  readonly file?: APIUnfurledMediaItem;
  readonly accessory?: Component;
  readonly components?: readonly Component[];
  readonly spoiler?: boolean;
}

/** The pictures in a component, in the order in which they are seen. What covers a container covers all in it. */
function mediaIn(component: object, covered = false): Media[] {
  const { items = [], media, file, accessory, components = [], spoiler: own } = component as Component;
  const spoiler = covered || own === true;
  const shown = [...(media ? [{ media }] : []), ...(file ? [{ media: file }] : []), ...items];
  return [
    ...components.flatMap((each) => mediaIn(each, spoiler)),
    ...(accessory ? mediaIn(accessory, spoiler) : []),
    ...shown.flatMap((item) =>
      item.media && isShown(item.media)
        ? [{ ...item.media, spoiler: spoiler || ('spoiler' in item && item.spoiler === true) }]
        : [],
    ),
  ];
}

const isShown = ({ content_type: type, width }: APIUnfurledMediaItem): boolean =>
  type ? type.startsWith('image/') : width !== 0;

/** Discord keeps a copy of what it shows from elsewhere, at the proxy's address; without that it is a link. */
function mediaRef({ url, proxy_url: proxy, spoiler }: Media, key: string): PictureRef {
  const covered = { ...(spoiler && { spoiler: true as const }) };
  if (!proxy && !isDiscords(url)) return { ...linkRef(url), ...covered };
  return { url: proxy || url, origin: 'platform', key, name: nameIn(url), ...covered };
}

/** @param key none for a file of a command: it belongs to no message */
export const attachmentRef = (
  { url, name, size, spoiler, flags, contentType }: Attachment,
  key?: string,
): PictureRef => ({
  url,
  origin: 'platform',
  name,
  size,
  ...refusedByType(contentType),
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

/** The links in a message. Discord may show their pictures a little later, so each knows its message. */
export function linkedBy(message: Message): PictureRef[] {
  const covered = coveredLinks(message);
  return linksIn(message.content).map((url, i) => {
    const ref = linkRef(url);
    return {
      ...ref,
      ...(ref.origin === 'link' && { key: keyIn(message, `link${i}`) }),
      ...(covered.includes(url) && { spoiler: true }),
    };
  });
}

/** The links that somebody has written behind a spoiler. */
const coveredLinks = ({ content }: Shown): string[] =>
  [...content.matchAll(SPOILER)].flatMap(([, words = '']) => linksIn(words));

const SPOILER = /\|\|([\s\S]+?)\|\|/g;

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

function embedRef({ image, thumbnail }: Embed, key: string, spoiler = false): PictureRef[] {
  const shown = image ?? thumbnail;
  return shown ? [mediaRef({ url: shown.url, proxy_url: shown.proxyURL, spoiler }, key)] : [];
}

/** Each picture once; covered where it is covered anywhere. */
function distinct(pictures: readonly PictureRef[]): PictureRef[] {
  const found = new Map<string, PictureRef>();
  for (const picture of pictures) {
    const first = found.get(picture.url) ?? picture;
    found.set(picture.url, picture.spoiler ? { ...first, spoiler: true } : first);
  }
  return [...found.values()];
}

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

/** Discord shows the picture of a link one to two seconds after the message: when it is asked for, in milliseconds. */
const PREVIEW_AFTER_MS = [0, 1200, 1500];

/**
 * Fetches pictures, also when their address has expired: then it is asked for again, by the message they are in. Where a
 * link cannot be followed, the picture that Discord itself shows of it is taken.
 */
export function createFetch(client: Client, download: Download) {
  const get = ({ url, origin }: PictureRef, signal: AbortSignal) =>
    download(url, { signal, maxBytes: DEFAULT_LIMITS.maxBytes, origin });

  async function getLinked(link: PictureRef, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await get(link, signal);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const preview = await previewOf(client, link, signal);
      if (!preview) throw thrown;
      return get(preview, signal);
    }
  }

  /** @throws SpotterError, of the download, or no-picture where Discord shows us none */
  return async (picture: PictureRef, signal: AbortSignal): Promise<Uint8Array> => {
    if (picture.origin === 'link') return getLinked(picture, signal);
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

/** What Discord shows of a link, as soon as it does; undefined where it shows nothing. */
async function previewOf(
  client: Client,
  { key, url }: PictureRef,
  signal: AbortSignal,
): Promise<PictureRef | undefined> {
  if (key === undefined) return undefined;
  for (const wait of PREVIEW_AFTER_MS) {
    await sleep(wait, undefined, { signal });
    const message = await messageAt(client, key).catch(() => undefined);
    if (!message) return undefined;
    const at = message.embeds.findIndex((embed) => embed.url === url);
    const [preview] = at < 0 ? [] : embedRef(message.embeds[at]!, keyIn(message, `embed${at}`));
    if (preview?.origin === 'platform') return preview;
  }
  return undefined;
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
  const message = await messageAt(client, key);
  return message ? picturesOf(message) : [];
}

async function messageAt(client: Client, key: string): Promise<Message | undefined> {
  const [channelId = '', message = ''] = key.split('/');
  if (!channelId || !message) return undefined;
  const channel = await client.channels.fetch(channelId);
  return channel?.isTextBased() ? channel.messages.fetch({ message, force: true, cache: false }) : undefined;
}
