import { SpotterError } from '../errors.ts';

/** Where a Redis is. */
export interface RedisAddress {
  readonly url: string;
  /** The same for a person, without who may use it. */
  readonly where: string;
  /** Blanks whatever of a text is secret. */
  redact(text: string): string;
}

const HINT = 'It is redis://host:port, or rediss://user:password@host:port/number.';

/** Reads an address. @throws SpotterError bad-config, which never quotes it */
export function redisAddress(url: string): RedisAddress {
  const read = URL.canParse(url) ? new URL(url) : undefined;
  if (!read || !/^rediss?:$/.test(read.protocol) || !read.hostname || !/^(\/\d*)?$/.test(read.pathname)) {
    throw new SpotterError('bad-config', 'The address of Redis cannot be used.', HINT);
  }
  const { protocol, hostname, port, pathname, password } = read;
  const secrets = [url, password, decoded(password)].filter(Boolean);
  return {
    url,
    where: `${protocol}//${hostname}:${port || 6379}${pathname.length > 1 ? pathname : ''}`,
    redact: (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SpotterError('bad-config', 'The address of Redis cannot be used.', HINT);
  }
}
