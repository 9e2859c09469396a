import { isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';

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
export async function ask({ url, addresses, headers, patience, signal }: Ask): Promise<Reply> {
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
