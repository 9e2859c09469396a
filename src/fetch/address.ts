import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { SpotterError } from '../errors.ts';
import { badLink, failed, forbidden, notThePlatforms } from './failures.ts';

/** IPv6 that is not of this block is not routed on the internet: ::/96 holds IPv4, fc00::/7 is private, and so on. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Not special by any RFC, but answered inside a cloud: Azure's agent, and the metadata of Equinix Metal. */
const INSIDE_CLOUDS = ['168.63.129.16', '192.80.8.124'];

/**
 * Whether an address (of a resolver, or of a URL without its brackets) is on the public internet: nothing private,
 * local, shared, reserved or for documentation, and nothing that carries another address within (mapped, compatible,
 * NAT64, 6to4, Teredo), since a gateway may lead to that one. On networks that have IPv6 alone, with DNS64, this
 * means that hosts with IPv4 alone are not visited.
 * @param own addresses of this machine: services may listen on its public one, and trust whoever comes from there
 */
export function isPublic(text: string, own: readonly string[] = ownAddresses()): boolean {
  // What only one of Node and ipaddr.js takes for an address is none, nor what has a zone.
  if (isIP(text) === 0 || !ipaddr.isValid(text) || text.includes('%')) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6 && !address.match(GLOBAL_IPV6)) return false;
  const same = (other: string) => ipaddr.parse(other).toString() === address.toString();
  return !INSIDE_CLOUDS.some(same) && !own.some(same);
}

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((found) => found?.map(({ address }) => address) ?? []);

/** The IP address that a URL names as its host, without brackets; URLs write every notation of IPv4 in the usual one. */
function literalOf(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? undefined : bare;
}

/** Names that are never of the internet (RFC 6761, 6762, 7686, 8375, 9476), and what private networks are called. */
const LOCAL =
  /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa|onion|alt|test|example|invalid)$/;

/**
 * Whether a name can be one of the internet: it has a dot, since a name without one is looked for in the search
 * domains of the network, and is of a public domain.
 */
export function isPublicName(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  return /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+$/.test(name) && !LOCAL.test(name);
}

/** The addresses of a host. @throws where it has none */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** As the system does it. It cannot be stopped, but it holds up no other work: slow look-ups get half of the threads. */
export const systemResolve: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);

/**
 * The addresses to connect to. The host is looked up once, and one address that is not public condemns it: whoever mixes
 * them means no good.
 * @throws SpotterError forbidden-address, link-failed; what `resolve` throws
 */
export async function addressesOf({ url, checked }: Admitted, resolve: Resolve): Promise<readonly string[]> {
  const literal = literalOf(url.hostname);
  const addresses = literal === undefined ? await resolve(url.hostname) : [literal];
  if (addresses.length === 0) throw failed('its server is not known by that name');
  if (checked && !addresses.every((address) => isPublic(address))) throw forbidden();
  return addresses;
}

/** Pairs of host and port that pictures may come from whatever they are, by plain http too: "127.0.0.1:9002". */
export type AllowedHosts = ReadonlySet<string>;

/**
 * Reads "host:port,host:port", or a list of such pairs. IPv6 is written in brackets.
 * @throws SpotterError bad-config, naming the place of each pair that is none, not its text
 */
export function parseAllowedHosts(given: string | readonly string[]): AllowedHosts {
  const texts = typeof given === 'string' ? given.split(',') : given;
  const entries = texts.map((text) => text.trim()).filter(Boolean);
  const pairs = entries.map(pairOf);
  const wrong = pairs.flatMap((pair, i) => (pair === undefined ? [i + 1] : []));
  if (wrong.length === 0) return new Set(pairs as string[]);
  throw new SpotterError(
    'bad-config',
    undefined,
    `SPOTTER_ALLOWED_HOSTS: number ${wrong.join(', ')} is not of the form host:port`,
  );
}

/** Host and port as a URL has them, so that they can be compared. */
export const pairOfUrl = ({ hostname, port, protocol }: URL): string =>
  `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;

function pairOf(text: string): string | undefined {
  const [, host, port] = /^([^\s/@*?#\\:]+|\[[\da-f:.]+\]):(\d{1,5})$/i.exec(text) ?? [];
  const url = `http://${host}:${port}`;
  const possible = host !== undefined && Number(port) > 0 && URL.canParse(url);
  return possible ? pairOfUrl(new URL(url)) : undefined;
}

/** The hosts that a chat platform keeps its files on. */
export interface PlatformFiles {
  /** Exact names; a "*" stands for a part of a name without a dot. Only https on its usual port. */
  readonly hosts: readonly string[];
  /** Where the platform sends whoever may not have a file, instead of refusing it. */
  readonly login?: readonly string[];
  /** The permission that is missing then. */
  readonly permission?: string;
}

/**
 * Attachments are on cdn.discordapp.com, and resized on media.discordapp.net; pictures of embeds come through
 * images-ext-1 and its like (`proxy_url`), so that Discord, not we, visits what people link to.
 */
export const DISCORD_FILES: PlatformFiles = {
  hosts: ['cdn.discordapp.com', 'media.discordapp.net', 'images-ext-*.discordapp.net'],
};

/**
 * `url_private` is on files.slack.com, which redirects to slack-files.com for some types, and needs the bot's token.
 * Without files:read it shows a page to log in, or redirects to one. A file that was only linked in Slack
 * (`is_external`) has its address elsewhere: it is a link of a user, and gets no token.
 */
export const SLACK_FILES: PlatformFiles = {
  hosts: ['files.slack.com', 'slack-files.com', '*.slack-files.com', '*.slack-edge.com'],
  login: ['slack.com', '*.slack.com', '*.enterprise.slack.com'],
  permission: 'files:read',
};

export const isOneOf = (hostname: string, patterns: readonly string[] = []): boolean =>
  patterns.some((pattern) => asRegExp(pattern).test(hostname));

const asRegExp = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[a-z0-9-]+')}$`);

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

const MAX_LENGTH = 4096;

/**
 * Judges a link by everything but its address, and again wherever it redirects to. A URL, once parsed, has one notation
 * of its host (octal and hexadecimal numbers, look-alike digits and percent-encoding are gone), and it alone is used from
 * here on, so that nobody can read it otherwise.
 * @throws SpotterError bad-link, forbidden-address
 */
export function admit(link: string, { as, platform, allowedHosts, links, ports }: Rules): Admitted {
  if (link.length > MAX_LENGTH) throw badLink(`it is longer than ${MAX_LENGTH} characters`);
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
