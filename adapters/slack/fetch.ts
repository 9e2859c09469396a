import { setTimeout as sleep } from 'node:timers/promises';
import type { PictureRef } from '../../src/chat/contract.ts';
import { SpotterError } from '../../src/errors.ts';
import { type AllowedHosts, pairOfUrl } from '../../src/fetch/allowed-hosts.ts';
import { isOneOf, SLACK_FILES } from '../../src/fetch/platforms.ts';
import { DEFAULT_LIMITS } from '../../src/picture/limits.ts';
import type { Client } from './client.ts';
import { cannotSee } from './failures.ts';
import type { SlackFile } from './shapes.ts';

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
