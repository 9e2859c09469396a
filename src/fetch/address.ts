import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

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
export function literalOf(hostname: string): string | undefined {
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
