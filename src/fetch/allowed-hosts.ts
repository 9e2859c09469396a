import { SpotterError } from '../errors.ts';

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
