import { setTimeout as sleep } from 'node:timers/promises';
import type { webApi } from '@slack/bolt';
import type { Reply } from '../../src/chat/contract.ts';
import { SpotterError } from '../../src/errors.ts';
import { type AllowedHosts, isOneOf, pairOfUrl, SLACK_FILES } from '../../src/fetch/address.ts';
import { DEFAULT_LIMITS } from '../../src/picture/inspect.ts';
import type { PictureRef } from '../../src/place.ts';
import { type Client, cannotSee, type SlackFile, type SlackMessage } from './context.ts';
import { linksIn, shortened } from './outgoing.ts';

/** Deleted, or hidden as the workspace has too many. */
const GONE: readonly (string | undefined)[] = ['tombstone', 'hidden_by_limit'];

/** The pictures of a message: its files, then those of messages that it shares and of pages that it links to. */
export function picturesIn(message: SlackMessage): PictureRef[] {
  const linked = (message.attachments ?? []).flatMap(({ image_url: url }) => (url ? [linkRef(url)] : []));
  return [...filesOf(message).filter(mayBePicture).flatMap(fileRef), ...linked];
}

/** Files of another kind count where there is no picture: so that it can be said that they are none. */
export function picturesOf(message: SlackMessage): PictureRef[] {
  const pictures = picturesIn(message);
  return pictures.length > 0 ? pictures : filesOf(message).flatMap(fileRef);
}

/** The pictures that a message is about: its own, or those it links to. */
export function picturesMeant(message: SlackMessage): PictureRef[] {
  const own = picturesOf(message);
  return own.length > 0 ? own : linksIn(message.text ?? '').map(linkRef);
}

const filesOf = (message: SlackMessage): SlackFile[] =>
  [message, ...(message.attachments ?? [])]
    .flatMap(({ files = [] }) => files)
    .filter(({ mode }) => !GONE.includes(mode));

/** A file of which only the id is told has no address yet: it is asked for when it is wanted. */
function fileRef({ id, is_external: elsewhere, name, size, ...file }: SlackFile): PictureRef[] {
  const url = file.url_private ?? file.url_private_download ?? '';
  if (id === undefined && url === '') return [];
  if (elsewhere && url) return [linkRef(url)];
  return [
    {
      url,
      origin: 'platform',
      ...(id !== undefined && { key: id }),
      ...(name && { name }),
      ...(size !== undefined && { size }),
    },
  ];
}

export const linkRef = (url: string): PictureRef => ({ url, origin: 'link', name: nameIn(url) });

/** Stands for pictures that we are not allowed to see; whoever fetches it is told. */
export const UNSEEN: PictureRef = { url: '', origin: 'platform' };

/** Of a file that Slack has not looked at yet, the type is not known. */
const mayBePicture = ({ mimetype }: SlackFile): boolean => !mimetype || mimetype.startsWith('image/');

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
    /** What a host is sent besides; asked anew after each redirect. */
    readonly headersFor: (url: URL) => Readonly<Record<string, string>>;
  },
) => Promise<Uint8Array>;

export interface FetchOptions {
  readonly client: Client;
  readonly download: Download;
  readonly botToken: string;
  /** Taken for Slack's own; only of a stand-in. */
  readonly fileHosts: AllowedHosts;
  /** Milliseconds before Slack is asked again for a file that it is not done with. */
  readonly askAgainMs?: readonly number[];
}

const ASK_AGAIN_MS = [200, 400, 800, 1500, 3000, 5000];

/** What may be right when it is asked for anew. */
const STALE: readonly string[] = ['link-expired', 'link-failed'];

/** Fetches pictures; where Slack has told no address yet, or another one by now, it is asked for it. */
export function createFetch(options: FetchOptions) {
  const { client, download, botToken, fileHosts, askAgainMs = ASK_AGAIN_MS } = options;

  /** Slack's files need the bot's token, and nobody else is to see it. */
  const headersFor = (url: URL): Readonly<Record<string, string>> =>
    isSlacks(url, fileHosts) ? { authorization: `Bearer ${botToken}` } : {};

  const get = (url: string, origin: PictureRef['origin'], signal: AbortSignal) =>
    download(url, { signal, origin, headersFor, maxBytes: DEFAULT_LIMITS.maxBytes });

  async function addressOf(file: string, signal: AbortSignal): Promise<{ url: string; elsewhere: boolean }> {
    for (const wait of [0, ...askAgainMs]) {
      await sleep(wait, undefined, { signal });
      const { is_external: elsewhere = false, ...found } = await infoOf(client, file);
      const url = found.url_private ?? found.url_private_download;
      if (url) return { url, elsewhere };
    }
    throw new SpotterError('link-failed', 'Slack is not done with the picture yet. Try again in a minute.');
  }

  /** @throws SpotterError, of the download; no-picture, not-allowed, where Slack does not show it to us */
  return async ({ url, origin, key }: PictureRef, signal: AbortSignal): Promise<Uint8Array> => {
    if (url) {
      try {
        return await get(url, origin, signal);
      } catch (thrown) {
        const code = thrown instanceof SpotterError ? thrown.code : '';
        if (key === undefined || signal.aborted || !STALE.includes(code)) throw thrown;
        const now = await addressOf(key, signal).catch(() => undefined);
        if (!now || now.url === url) throw thrown;
        return get(now.url, now.elsewhere ? 'link' : origin, signal);
      }
    }
    if (key === undefined) throw cannotSee();
    const found = await addressOf(key, signal);
    return get(found.url, found.elsewhere ? 'link' : origin, signal);
  };
}

export function isSlacks(url: URL, fileHosts: AllowedHosts): boolean {
  if (fileHosts.has(pairOfUrl(url))) return true;
  return url.protocol === 'https:' && url.port === '' && isOneOf(url.hostname, SLACK_FILES.hosts);
}

async function infoOf(client: Client, file: string): Promise<SlackFile> {
  try {
    return ((await client.files.info({ file })).file ?? {}) as SlackFile;
  } catch (thrown) {
    throw cannotSee(thrown);
  }
}

export interface UploadTo {
  readonly channel: string;
  readonly thread?: string | undefined;
}

const MAX_ALT = 1000;
const TIMEOUT_MS = 30_000;
const AGAIN_AFTER_MS = [500, 2000];

/**
 * Posts a picture; its message is there a little later. `filesUploadV2` of the client would do the same, but sends the
 * description as `alt_text`, which Slack does not know: it is called `alt_txt`.
 * @returns the file's id. @throws SpotterError cannot-reply; what the client throws
 */
export async function upload(
  client: Client,
  { channel, thread }: UploadTo,
  { bytes, name, alt }: NonNullable<Reply['picture']>,
): Promise<string> {
  const { upload_url: url = '', file_id: id = '' } = (await client.apiCall('files.getUploadURLExternal', {
    filename: name,
    length: bytes.length,
    alt_txt: shortened(alt, MAX_ALT),
  })) as webApi.FilesGetUploadURLExternalResponse;
  await send(url, bytes, name);
  const to = thread === undefined ? { channel_id: channel } : { channel_id: channel, thread_ts: thread };
  await client.files.completeUploadExternal({ files: [{ id, title: name }], ...to });
  return id;
}

async function send(url: string, bytes: Uint8Array, name: string): Promise<void> {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(bytes)]), name);
  for (let tries = 0; ; tries++) {
    if (await post(url, body).catch(() => false)) return;
    const wait = AGAIN_AFTER_MS[tries];
    if (wait === undefined) throw new SpotterError('cannot-reply', 'Slack does not take the picture.');
    await sleep(wait);
  }
}

async function post(url: string, body: FormData): Promise<boolean> {
  // The address itself is the permission; the token has no business there.
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { method: 'POST', body, signal, redirect: 'error' });
  await response.arrayBuffer();
  return response.ok;
}
