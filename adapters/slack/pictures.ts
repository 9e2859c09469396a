import { setTimeout as sleep } from 'node:timers/promises';
import type { webApi } from '@slack/bolt';
import type { Reply } from '../../src/chat/contract.ts';
import { SpotterError } from '../../src/errors.ts';
import { type AllowedHosts, isOneOf, pairOfUrl, SLACK_FILES } from '../../src/fetch/address.ts';
import { DEFAULT_LIMITS } from '../../src/picture/inspect.ts';
import { type PictureRef, refusedByType } from '../../src/place.ts';
import { type Client, cannotSee, type SlackBlock, type SlackFile, type SlackMessage } from './context.ts';
import { linksIn, shortened } from './outgoing.ts';

/** Deleted, or hidden as the workspace has too many. */
const GONE: readonly (string | undefined)[] = ['tombstone', 'hidden_by_limit'];

/** The pictures of a message: its files, those in its blocks, then those of messages that it shares and of pages that it links to. */
export function picturesIn(message: SlackMessage, channel: string): PictureRef[] {
  const { blocks = [], attachments = [] } = message;
  const within = attachments.flatMap(({ blocks = [], message_blocks = [] }) => [
    ...blocks,
    ...message_blocks.flatMap(({ message }) => message?.blocks ?? []),
  ]);
  const linked = attachments.flatMap(({ image_url: url, thumb_url: small }) =>
    imageRef(url ?? small, channel),
  );
  const files = filesOf(message)
    .flatMap(fileRef)
    .filter(({ refused }) => !refused);
  return distinct([...files, ...imagesIn([...blocks, ...within], channel), ...linked]);
}

/** Files of another kind count where there is no picture: so that it can be said that they are none. */
export function picturesOf(message: SlackMessage, channel: string): PictureRef[] {
  const pictures = picturesIn(message, channel);
  return pictures.length > 0 ? pictures : filesOf(message).flatMap(fileRef);
}

/** The pictures that a message is about: its own, or those it links to. */
export function picturesMeant(message: SlackMessage, channel: string): PictureRef[] {
  const own = picturesOf(message, channel);
  return own.length > 0 ? own : linksIn(message.text ?? '').map(linkRef);
}

const filesOf = (message: SlackMessage): SlackFile[] =>
  [message, ...(message.attachments ?? [])]
    .flatMap(({ files = [] }) => files)
    .filter(({ mode }) => !GONE.includes(mode));

/** The pictures in blocks. Those beside a line of text are mostly small signs, and count where there are no others. */
function imagesIn(blocks: readonly SlackBlock[], channel: string): PictureRef[] {
  const imagesOf = ({ type, image_url, slack_file, accessory, elements = [] }: SlackBlock): PictureRef[] => {
    if (type !== 'image') return [...(accessory ? [accessory] : []), ...elements].flatMap(imagesOf);
    const { id, url } = slack_file ?? {};
    return id === undefined ? imageRef(url ?? image_url, channel) : [shownRef(id, channel)];
  };
  const shown = blocks.filter(({ type }) => type !== 'context').flatMap(imagesOf);
  return shown.length > 0 ? shown : blocks.flatMap(imagesOf);
}

/** What Slack shows is a link to elsewhere, or a file of its own, which it knows by its id. */
function imageRef(url: string | undefined, channel: string): PictureRef[] {
  if (!url || !URL.canParse(url)) return [];
  const id = isOfSlack(new URL(url)) ? FILE_ID.exec(url)?.[1] : undefined;
  return [id === undefined ? linkRef(url) : shownRef(id, channel)];
}

/** A file that an app shows in a conversation: anybody can name one, so it must not be of another conversation. */
const shownRef = (id: string, channel: string): PictureRef => ({
  ...{ url: '', origin: 'platform', key: `${id}@${channel}` },
});

/** Whether a file is shared with others than those of a conversation: then it is not shown there. */
function isOfOthers({ channels = [], groups = [], ims = [] }: SlackFile, channel: string): boolean {
  const all = [...channels, ...groups, ...ims];
  return all.length > 0 && !all.includes(channel);
}

/** In "/files-pri/T1-F1/dog.jpg", "/files-tmb/T1-F1-abc/dog_720.jpg" and "/files/U1/F1/dog.jpg". */
const FILE_ID = /\/(?:files-\w+\/T\w+-|files\/\w+\/)(F\w+)/;

/** Slack's files, and its pages about them; not what it shows to everybody, such as avatars. */
const isOfSlack = ({ protocol, hostname, pathname }: URL): boolean =>
  protocol === 'https:' &&
  ((isOneOf(hostname, SLACK_FILES.hosts) && !hostname.endsWith('.slack-edge.com')) ||
    (isOneOf(hostname, SLACK_FILES.login) && pathname.startsWith('/files/')));

/** A file of which only the id is told has no address yet: it is asked for when it is wanted. */
function fileRef(file: SlackFile): PictureRef[] {
  const { id, is_external: elsewhere, name, size } = file;
  const url = file.url_private ?? file.url_private_download ?? '';
  if (id === undefined && url === '') return [];
  const refused = refusedFile(file);
  if (elsewhere && url) return [{ ...linkRef(url), ...refused }];
  const smaller = smallerOf(file);
  return [
    {
      url,
      origin: 'platform',
      ...(id !== undefined && { key: id }),
      ...(name && { name }),
      ...(size !== undefined && { size }),
      ...refused,
      ...(smaller !== undefined && { smaller: { url: smaller, origin: 'platform', ...(name && { name }) } }),
    },
  ];
}

/** Canvases, lists, posts and the like, which Slack keeps as files, too. */
const NO_FILE = /^(quip|canvas|list|space|post|email|snippet)$/;

/** Why a file is not looked at, where Slack says that it is no picture: some of them can only be fetched as web pages. */
function refusedFile({
  mimetype,
  filetype = '',
  mode = '',
  pretty_type,
}: SlackFile): Pick<PictureRef, 'refused'> {
  const kind = [mode, filetype].find((each) => NO_FILE.test(each));
  return refusedByType(mimetype || kind, pretty_type || kind || mimetype);
}

const smallerOf = (file: SlackFile): string | undefined =>
  file.thumb_1024 ?? file.thumb_960 ?? file.thumb_800 ?? file.thumb_720 ?? file.thumb_480 ?? file.thumb_360;

const distinct = (pictures: readonly PictureRef[]): PictureRef[] => [
  ...new Map(pictures.map((picture) => [picture.key ?? picture.url, picture])).values(),
];

export const linkRef = (url: string): PictureRef => ({ url, origin: 'link', name: nameIn(url) });

/** Stands for pictures that we are not allowed to see; whoever fetches it is told why. */
export function unseenRef(thrown: unknown): PictureRef {
  const { code, message } = cannotSee(thrown);
  return { url: '', origin: 'platform', refused: { code, message } };
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

  async function addressOf(key: string, signal: AbortSignal): Promise<{ url: string; elsewhere: boolean }> {
    const [file = '', channel] = key.split('@');
    for (const wait of [0, ...askAgainMs]) {
      await sleep(wait, undefined, { signal });
      const { is_external: elsewhere = false, ...found } = await infoOf(client, file);
      const { refused } = refusedFile(found);
      if (refused) throw new SpotterError(refused.code, refused.message);
      if (channel !== undefined && isOfOthers(found, channel)) throw pasted();
      const url = found.url_private ?? found.url_private_download;
      if (url) return { url, elsewhere };
    }
    throw new SpotterError('link-failed', 'Slack is not done with the picture yet. Try again in a minute.');
  }

  /** @throws SpotterError, of the download; no-picture, not-allowed, where Slack does not show it to us */
  return async ({ url, origin, key }: PictureRef, signal: AbortSignal): Promise<Uint8Array> => {
    if (origin === 'link' && isSlackFile(url, fileHosts)) throw pasted();
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
    if (key === undefined) throw new SpotterError('no-picture');
    const found = await addressOf(key, signal);
    return get(found.url, found.elsewhere ? 'link' : origin, signal);
  };
}

/** Anybody can write such a link, and we can see more than they can: so it is not followed for them. */
const pasted = (): SpotterError =>
  new SpotterError(
    'forbidden-address',
    'That link leads to a file within Slack, which I do not open by its link: share the file in this channel.',
  );

const isSlackFile = (link: string, fileHosts: AllowedHosts): boolean =>
  URL.canParse(link) && (isOfSlack(new URL(link)) || fileHosts.has(pairOfUrl(new URL(link))));

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
