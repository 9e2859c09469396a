import type { Client } from 'discord.js';
import type { PictureRef } from '../../src/chat/contract.ts';
import { SpotterError } from '../../src/errors.ts';
import { DEFAULT_LIMITS } from '../../src/picture/limits.ts';
import { picturesOf } from './pictures.ts';

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
