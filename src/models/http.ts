import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { stopped } from './part.ts';

/** What may help: asking again and going on, asking again for everything, or another source. */
export type Remedy = 'retry' | 'restart' | 'next-source';

/** What went wrong at a source, in words that follow its name: "does not have it (404)". Holds no secrets. */
export class SourceFailure extends Error {
  readonly remedy: Remedy;
  /** How long the source asked to be left alone, in milliseconds. */
  readonly waitMs: number | undefined;

  constructor(remedy: Remedy, message: string, { waitMs, cause }: { waitMs?: number; cause?: unknown } = {}) {
    super(message, { cause });
    this.name = 'SourceFailure';
    this.remedy = remedy;
    this.waitMs = waitMs;
  }
}

/** Something to be had by HTTP. */
export interface Remote {
  readonly url: URL;
  /** Sent to the host of `url` and to no other one, wherever that may redirect to. */
  readonly secret?: Readonly<Record<string, string>>;
  /** What to do when it may not be had. */
  readonly denied?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The sha256 of the file, where a host on the way has told it. */
  readonly stated: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection when the body is not wanted. */
  drop(): void;
}

export interface Http {
  /** @throws SourceFailure; SpotterError cancelled */
  get(remote: Remote, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Reply>;
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Proxies are taken from HTTPS_PROXY, HTTP_PROXY and NO_PROXY. @param stallMs how long nothing may come */
export function createHttp({ stallMs }: { stallMs: number }): Http {
  const limits = { headersTimeout: stallMs, bodyTimeout: stallMs };
  let dispatcher: Dispatcher | undefined;
  const connect = (): Dispatcher => {
    dispatcher ??= new EnvHttpProxyAgent({ ...limits, connect: { timeout: stallMs } });
    return dispatcher;
  };

  async function ask(url: URL, headers: Record<string, string>, signal: AbortSignal) {
    try {
      return await request(url, { ...limits, headers, signal, dispatcher: connect() });
    } catch (thrown) {
      throw networkFailure(thrown, signal, stallMs);
    }
  }

  return {
    async get({ url: first, secret = {} }, headers, signal) {
      let url = first;
      let stated: string | undefined;
      for (let redirects = 0; ; redirects++) {
        const sent = url.origin === first.origin ? { ...headers, ...secret } : { ...headers };
        const reply = await ask(withoutUser(url), { 'user-agent': 'spotter', ...sent }, signal);
        stated ??= url.origin === first.origin ? statedHash(reply.headers) : undefined;
        // What is dropped fails, and nobody is left to be told.
        reply.body.on('error', () => {});
        const drop = (): void => void reply.body.destroy();
        if (!REDIRECTS.has(reply.statusCode)) {
          const body = translated(reply.body, signal, stallMs);
          return { status: reply.statusCode, headers: reply.headers, stated, body, drop };
        }
        drop();
        if (redirects === MAX_REDIRECTS) throw new SourceFailure('next-source', 'redirects without end');
        url = redirected(url, reply.headers.location);
      }
    },
    close: async () => {
      await dispatcher?.destroy();
    },
  };
}

/** An address as it may be shown and kept: neither name and password, nor a signature in its query. */
export const shown = (url: URL): string => `${url.origin}${url.pathname}`;

function withoutUser(url: URL): URL {
  const bare = new URL(url.href);
  bare.username = '';
  bare.password = '';
  return bare;
}

function redirected(from: URL, location: string | string[] | undefined): URL {
  const text = String(location ?? '');
  if (!text || !URL.canParse(text, from.href)) throw new SourceFailure('next-source', 'redirects to nowhere');
  const to = new URL(text, from);
  const allowed = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
  if (!allowed) throw new SourceFailure('next-source', `redirects to ${to.protocol}//, which is not safe`);
  return to;
}

/** Hugging Face tells the sha256 of a large file when it redirects to where its bytes are. */
function statedHash(headers: Reply['headers']): string | undefined {
  const [, sha256] = /^"?([0-9a-f]{64})"?$/.exec(String(headers['x-linked-etag'] ?? '')) ?? [];
  return sha256;
}

async function* translated(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  stallMs: number,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (thrown) {
    throw networkFailure(thrown, signal, stallMs);
  }
}

/** In words, since what libraries say may hold addresses with passwords of proxies. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'has cut the connection',
  EPIPE: 'has cut the connection',
  UND_ERR_SOCKET: 'has cut the connection',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'has cut the connection',
  HPE_INVALID_EOF_STATE: 'has cut the connection',
  ENOTFOUND: 'is not known by that name; is there a connection to the internet?',
  EAI_AGAIN: 'is not known by that name; is there a connection to the internet?',
  ENETUNREACH: 'cannot be reached',
  EHOSTUNREACH: 'cannot be reached',
  ETIMEDOUT: 'does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'does not answer',
  UND_ERR_ABORTED: 'cannot be reached through the proxy',
};
const STALLS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

function networkFailure(thrown: unknown, signal: AbortSignal, stallMs: number): Error {
  if (signal.aborted) return stopped(signal);
  const code = codeOf(thrown);
  if (STALLS.has(code))
    return new SourceFailure('retry', `has sent nothing for ${stallMs / 1000} s`, { cause: thrown });
  return new SourceFailure('retry', WORDS[code] ?? `cannot be reached (${code || 'unknown reason'})`, {
    cause: thrown,
  });
}

/** The innermost code tells most: a failure to connect may be wrapped, and one for each address of the host. */
function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  const { code, cause } = thrown as NodeJS.ErrnoException;
  const [first] = thrown instanceof AggregateError ? thrown.errors : [];
  return codeOf(cause) || codeOf(first) || code || '';
}
