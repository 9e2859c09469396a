import { isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { within } from '../abort.ts';
import { SpotterError } from '../errors.ts';
import { DEFAULT_LIMITS, inBytes } from '../picture/inspect.ts';
import { readBytes } from '../picture/read.ts';
import {
  type Admitted,
  type AllowedHosts,
  addressesOf,
  admit,
  isOneOf,
  type LinkFrom,
  type PlatformFiles,
  parse,
  type Resolve,
  type Rules,
  systemResolve,
} from './address.ts';
import { expired, failed, onNetwork, tooSlow, webPage, webPageOfLink } from './failures.ts';

export interface DownloaderOptions {
  /** The platform's own hosts; none unless told. */
  readonly platform?: PlatformFiles;
  /** Whether links of users are followed; not unless told. */
  readonly links?: boolean;
  /** Taken for hosts of the platform, whatever their address, by plain http too: stand-ins. */
  readonly allowedHosts?: AllowedHosts;
  /** Ports of links of users; 80 and 443 unless told. */
  readonly ports?: readonly number[];
  /** Largest file, in bytes. */
  readonly maxBytes?: number;
  readonly patience?: Partial<Patience>;
  readonly resolve?: Resolve;
}

export interface DownloadOptions {
  readonly as: LinkFrom;
  readonly signal?: AbortSignal;
  /**
   * What a host of the platform is sent besides, such as its token. It is asked for each request anew, only for links
   * of the platform, and only for the platform's hosts and `allowedHosts`.
   */
  readonly headersFor?: (url: URL) => Readonly<Record<string, string>>;
}

export interface Downloader {
  /**
   * The bytes that a link leads to; whether they are a picture is for `readPicture` to say.
   * @throws SpotterError bad-link, forbidden-address, link-expired, link-failed, web-page, too-many-bytes, empty-file,
   *   timed-out, cancelled
   */
  download(link: string, options: DownloadOptions): Promise<Uint8Array>;
}

const DEFAULT_PATIENCE: Patience = {
  connectMs: 5_000,
  headersMs: 10_000,
  idleMs: 10_000,
  totalMs: 30_000,
};

const MAX_REDIRECTS = 3;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** Fetches pictures from links, without being led to where it should not go; see docs/downloads.md. */
export function createDownloader(options: DownloaderOptions = {}): Downloader {
  const { platform = { hosts: [] }, allowedHosts = new Set<string>(), ports = [80, 443] } = options;
  const { links = false, maxBytes = DEFAULT_LIMITS.maxBytes, resolve = systemResolve } = options;
  const patience = { ...DEFAULT_PATIENCE, ...options.patience };

  async function follow(
    link: string,
    { as, headersFor = () => ({}) }: DownloadOptions,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const rules: Rules = { as, platform, allowedHosts, links, ports };
    let admitted = admit(link, rules);
    for (let redirects = 0; ; redirects++) {
      const { url } = admitted;
      const addresses = await onNetwork(addressesOf(admitted, resolve));
      signal.throwIfAborted();
      const headers = as === 'platform' ? headersFor(url) : {};
      const reply = await onNetwork(ask({ url, addresses, headers, patience, signal }));
      try {
        if (!REDIRECTS.includes(reply.status)) {
          const bytes = await onNetwork(receive(reply, maxBytes, signal));
          if (isWebPage(bytes, reply)) throw pageOf(as, platform);
          return bytes;
        }
        if (redirects === MAX_REDIRECTS) throw failed('its server redirects without end');
        admitted = redirected(url, reply, rules);
      } finally {
        reply.close();
      }
    }
  }

  return {
    async download(link, task) {
      return within(patience.totalMs, task.signal, (signal) => follow(link, task, signal), tooSlow);
    },
  };
}

/** @throws SpotterError bad-link, forbidden-address, link-failed, web-page */
function redirected(from: URL, { headers }: Reply, rules: Rules): Admitted {
  const to = parse(String(headers.location ?? ''), from);
  if (!to) throw failed('its server redirects to nowhere');
  if (rules.as === 'platform') {
    if (isOneOf(to.hostname, rules.platform.login)) throw pageOf(rules.as, rules.platform);
    // The token would be readable on the way.
    if (from.protocol === 'https:' && to.protocol === 'http:')
      throw failed('its server redirects to plain http');
  }
  return admit(to.href, rules);
}

const pageOf = (as: LinkFrom, { permission }: PlatformFiles): SpotterError =>
  as === 'platform' ? webPage(permission) : webPageOfLink();

/** Milliseconds. */
export interface Patience {
  readonly connectMs: number;
  /** From the request to the head of the answer. */
  readonly headersMs: number;
  /** Between two pieces of the body. */
  readonly idleMs: number;
  /** For everything, redirects included. */
  readonly totalMs: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection, whatever is still to come. */
  close(): void;
}

export interface Ask {
  readonly url: URL;
  /** The only ones that are connected to. */
  readonly addresses: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly patience: Patience;
  readonly signal: AbortSignal;
}

/**
 * One request, on a connection of its own to one of the given addresses; the name still counts for TLS. Redirects are
 * not followed, nothing is decompressed. Proxies of the environment (HTTPS_PROXY) are not used: a proxy looks up the
 * name itself, so it could be led to other addresses than those that were checked, and it may reach what we may not.
 */
async function ask({ url, addresses, headers, patience, signal }: Ask): Promise<Reply> {
  const { connectMs, headersMs, idleMs } = patience;
  const agent = new Agent({
    connect: { lookup: pinnedTo(addresses), timeout: connectMs },
    headersTimeout: headersMs,
    bodyTimeout: idleMs,
  });
  const close = () => void agent.destroy().catch(() => {});
  try {
    const { statusCode, headers: told, body } = await send(agent, url, headers, signal);
    return { status: statusCode, headers: told, body, close };
  } catch (thrown) {
    close();
    throw thrown;
  }
}

async function send(
  dispatcher: Dispatcher,
  url: URL,
  headers: Ask['headers'],
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const own = { 'user-agent': 'spotter', accept: 'image/*', 'accept-encoding': 'identity' };
  const reply = await request(url, { dispatcher, signal, headers: { ...headers, ...own } });
  // What is closed early fails, and nobody is left to be told.
  reply.body.on('error', () => {});
  return reply;
}

/** Answers the question for the host's addresses with those that have been checked, without asking again. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, { all }, done) => {
    if (all) done(null, known);
    else done(null, known[0]!.address, known[0]!.family);
  };
}

const EXPIRED: readonly number[] = [403, 404, 410];

const WORDS: Readonly<Record<number, string>> = {
  401: 'its server does not give it without a login (401)',
  429: 'its server wants to be asked less often (429)',
  503: 'its server is overloaded (503)',
};

/**
 * The body of an answer that brings a file, never holding more than `maxBytes` and one piece.
 * @throws SpotterError link-expired, link-failed, too-many-bytes, empty-file; what the network throws
 */
async function receive(reply: Reply, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const { status, headers, body } = reply;
  if (EXPIRED.includes(status)) throw expired(status);
  if (status !== 200) throw failed(WORDS[status] ?? `its server answers with ${status}`);
  // It was asked not to; and a small file may become a very large one.
  if (!/^(identity|none)?$/i.test(told(headers, 'content-encoding')))
    throw failed('its server compresses it');
  const length = Number(told(headers, 'content-length'));
  if (length > maxBytes) {
    const sentence = `The file is too large: it has ${inBytes(length)}, the limit is ${inBytes(maxBytes)}.`;
    throw new SpotterError('too-many-bytes', sentence, 'Send a smaller version of the picture.');
  }
  return readBytes(body, { maxBytes }, signal);
}

const HEAD = 2048;
/**
 * The beginning of a page, after an XML declaration and comments. A comment ends where it first can, so that there is one
 * way to read many of them, not a number that grows exponentially.
 */
const PAGE =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->)[\s\S])*-->\s*)*<(?:!doctype html|html|head|body|title|meta|script)\b/i;

/** Whether bytes are a web page: types that servers tell are believed only where the bytes do not say otherwise. */
export function isWebPage(bytes: Uint8Array, { headers }: Pick<Reply, 'headers'>): boolean {
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD));
  const html = /^(text\/html|application\/xhtml\+xml)\b/i.test(told(headers, 'content-type'));
  return PAGE.test(head) || (html && /^\s*</.test(head));
}

const told = (headers: Reply['headers'], name: string): string => String(headers[name] ?? '').trim();
