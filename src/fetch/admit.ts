import { isPublicName, literalOf } from './address.ts';
import { type AllowedHosts, pairOfUrl } from './allowed-hosts.ts';
import { badLink, forbidden, notThePlatforms } from './failures.ts';
import { isOneOf, type PlatformFiles } from './platforms.ts';

/** Who has given a link: the platform, for a file of its own, or a person, who may write anything. */
export type LinkFrom = 'platform' | 'user';

export interface Rules {
  readonly as: LinkFrom;
  readonly platform: PlatformFiles;
  readonly allowedHosts: AllowedHosts;
  /** Whether people may lead anywhere but to the platform's own files. */
  readonly links: boolean;
  /** The usual ones are 80 and 443. */
  readonly ports: readonly number[];
}

/** A link that may be followed if the addresses of its host may be, see `addressesOf`. */
export interface Admitted {
  readonly url: URL;
  /** Whether the addresses of its host must be public ones. */
  readonly checked: boolean;
}

const LONGEST = 4096;

/**
 * Judges a link by everything but its address, and again wherever it redirects to. A URL, once parsed, has one notation
 * of its host (octal and hexadecimal numbers, look-alike digits and percent-encoding are gone), and it alone is used from
 * here on, so that nobody can read it otherwise.
 * @throws SpotterError bad-link, forbidden-address
 */
export function admit(link: string, { as, platform, allowedHosts, links, ports }: Rules): Admitted {
  if (link.length > LONGEST) throw badLink(`it is longer than ${LONGEST} characters`);
  const url = parse(link);
  if (!url) throw badLink('it is no address');
  const { protocol, hostname, username, password } = url;
  if (protocol !== 'http:' && protocol !== 'https:') throw badLink('it is neither http nor https');
  if (username || password) throw badLink('it carries a name or a password');
  const pair = pairOfUrl(url);
  if (allowedHosts.has(pair)) return { url, checked: false };
  const ofPlatform = protocol === 'https:' && !url.port && isOneOf(hostname, platform.hosts);
  if (ofPlatform) return { url, checked: true };
  if (as === 'platform') throw notThePlatforms();
  if (!links) throw badLink('links are not followed here');
  if (!ports.includes(Number(pair.slice(pair.lastIndexOf(':') + 1)))) throw forbidden();
  if (literalOf(hostname) === undefined && !isPublicName(hostname)) throw forbidden();
  return { url, checked: true };
}

/**
 * Reads an address, relative to another one where that is given. Backslashes and white space, which URLs forgive and
 * programs read in different ways, make it none.
 */
export function parse(text: string, base?: URL): URL | undefined {
  const trimmed = text.trim();
  const clean = trimmed !== '' && !/[\s\\\p{Cc}]/u.test(trimmed);
  return clean && URL.canParse(trimmed, base?.href) ? new URL(trimmed, base?.href) : undefined;
}
