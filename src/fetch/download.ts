import type { SpotterError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../picture/limits.ts';
import { within } from '../within.ts';
import { type Admitted, admit, type LinkFrom, parse, type Rules } from './admit.ts';
import type { AllowedHosts } from './allowed-hosts.ts';
import { failed, onNetwork, tooSlow, webPage, webPageOfLink } from './failures.ts';
import { isOneOf, type PlatformFiles } from './platforms.ts';
import { isWebPage, receive } from './receive.ts';
import { ask, type Patience, type Reply } from './request.ts';
import { addressesOf, type Resolve, systemResolve } from './resolve.ts';

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

export const DEFAULT_PATIENCE: Patience = {
  connectMs: 5_000,
  headersMs: 10_000,
  idleMs: 10_000,
  totalMs: 30_000,
};

const MOST_REDIRECTS = 3;
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
        if (redirects === MOST_REDIRECTS) throw failed('its server redirects without end');
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
