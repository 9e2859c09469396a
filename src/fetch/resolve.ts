import { lookup } from 'node:dns/promises';
import { isPublic, literalOf } from './address.ts';
import type { Admitted } from './admit.ts';
import { failed, forbidden } from './failures.ts';

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
