import OpenAI from 'openai';
import { createRedactor, createScrubber } from '../secrets.ts';
import { readAddress, valuesOf } from './client-address.ts';
import { type FailureDetails, type FailureKind, MllmFailure } from './client-failure.ts';
import { type Fetch, guardedFetch } from './client-fetch.ts';
import { parseJson } from './client-json.ts';

export interface EndpointOptions {
  /** "https://api.openai.com/v1": what OpenAI's own clients call the base URL; a query is added to every request. */
  readonly baseURL: string;
  /** None for servers that ask for none. */
  readonly apiKey?: string | undefined;
  /** Largest answer that is read, in bytes; 2 MiB unless told. */
  readonly maxResponseBytes?: number;
  readonly fetch?: Fetch;
}

/** An OpenAI-compatible server, one request at a time. Throws nothing but MllmFailure, unless the signal fires. */
export interface Endpoint {
  /** "host:port" */
  readonly host: string;
  /** Its base URL, without query; it carries no secret. */
  readonly where: string;
  /** Takes the secrets that are sent to it out of a text. */
  readonly scrub: (text: string) => string;
  /** A chat completion as it came, parsed but not checked. */
  complete(body: object, signal: AbortSignal): Promise<unknown>;
  /** The list of models, likewise. */
  models(signal: AbortSignal): Promise<unknown>;
}

/** @throws SpotterError bad-config */
export function openEndpoint(options: EndpointOptions): Endpoint {
  const { apiKey, maxResponseBytes = 2 * 2 ** 20, fetch = globalThis.fetch } = options;
  const { baseURL, host, query, headers, secrets } = readAddress(options.baseURL, apiKey);
  const told = [...secrets, ...valuesOf(process.env.OPENAI_CUSTOM_HEADERS)];
  const redact = createRedactor(told);
  const client = new OpenAI({
    baseURL,
    // Required by the client; the headers below decide what is sent.
    apiKey: apiKey || 'none',
    // Otherwise these would come from the environment, and go to whatever server this is.
    ...{ adminAPIKey: null, organization: null, project: null, webhookSecret: null },
    defaultQuery: query,
    defaultHeaders: headers,
    // Its own retries wait out any Retry-After, and its own timeout is one of ten minutes: ours are in client.ts.
    ...{ maxRetries: 0, timeout: 2 ** 31 - 1 },
    // Its debug log would show requests, and OPENAI_LOG would switch it on.
    logLevel: 'off',
    fetch: guardedFetch(fetch, maxResponseBytes, { host }),
  });

  async function call(request: (signal: AbortSignal) => Promise<Response>, signal: AbortSignal) {
    const response = await request(signal).catch((thrown) => {
      signal.throwIfAborted();
      throw toFailure(thrown, host, redact);
    });
    return parse(await response.text(), host, redact);
  }

  return {
    host,
    where: baseURL,
    scrub: createScrubber(told),
    complete: (body, signal) =>
      call((signal) => client.post('/chat/completions', { body, signal }).asResponse(), signal),
    models: (signal) => call((signal) => client.get('/models', { signal }).asResponse(), signal),
  };
}

type Redact = (text: string) => string;

function parse(text: string, host: string, redact: Redact): unknown {
  try {
    return parseJson(text);
  } catch {
    const kind = /^\s*<(!doctype|html|head|body|\?xml)/i.test(text) ? 'html' : 'not-json';
    throw new MllmFailure(kind, { host, ...(kind === 'html' ? {} : { detail: redact(text) || 'nothing' }) });
  }
}

/** By status, where it alone says what is wrong. 429 is told from a used-up quota by its code. */
const BY_STATUS: Readonly<Record<number, FailureKind>> = {
  401: 'key',
  402: 'quota',
  403: 'key',
  404: 'unknown-model',
  408: 'overloaded',
  409: 'overloaded',
  429: 'overloaded',
};

function toFailure(thrown: unknown, host: string, redact: Redact): MllmFailure {
  for (let cause = thrown; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof MllmFailure) return cause;
  }
  if (!(thrown instanceof OpenAI.APIError) || thrown.status === undefined) {
    return new MllmFailure('connection', { host, detail: redact(deepest(thrown)) });
  }
  const { status, headers, code, param } = thrown;
  const details: FailureDetails = {
    ...{ host, status, detail: redact(thrown.message.replace(/^\d+ /, '')) },
    ...(typeof code === 'string' && { apiCode: code }),
    ...(typeof param === 'string' && { param }),
    ...retryAfter(headers as Headers | undefined),
  };
  if (code === 'insufficient_quota') return new MllmFailure('quota', details);
  return new MllmFailure(BY_STATUS[status] ?? (status >= 500 ? 'overloaded' : 'request'), details);
}

/** The innermost message: "fetch failed" says less than "connect ECONNREFUSED 127.0.0.1:1". */
function deepest(thrown: unknown): string {
  let said = String(thrown);
  for (let cause = thrown; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    said = cause.message || (typeof code === 'string' ? code : said);
  }
  return said;
}

/** Retry-After in seconds or as a date, or the more exact header of OpenAI and Azure. */
function retryAfter(headers: Headers | undefined): { retryAfterMs?: number } {
  const exact = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  const text = headers?.get('retry-after') ?? '';
  const ms = Number.isFinite(exact)
    ? exact
    : /^\s*\d+(\.\d+)?\s*$/.test(text)
      ? Number(text) * 1000
      : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? { retryAfterMs: Math.max(0, ms) } : {};
}
