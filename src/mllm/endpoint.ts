import type OpenAI from 'openai';
import { SpotterError } from '../errors.ts';
import { createRedactor, createScrubber } from '../secrets.ts';
import {
  type Body,
  type FailureDetails,
  type FailureKind,
  type Fetch,
  guardedFetch,
  MllmFailure,
  parseJson,
} from './transport.ts';

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
  let client: Promise<OpenAI> | undefined;
  const connect = async (): Promise<OpenAI> => {
    // Loaded when needed: most questions need no language model.
    const { OpenAI } = await import('openai');
    return new OpenAI({
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
  };

  async function call(request: (client: OpenAI) => Promise<Response>, signal: AbortSignal) {
    client ??= connect();
    const response = await request(await client).catch((thrown) => {
      signal.throwIfAborted();
      throw toFailure(thrown, host, redact);
    });
    const json = parse(await response.text(), host, redact);
    const told = errorWithin(json);
    if (told) throw failureOf(told, host, redact);
    return json;
  }

  return {
    host,
    where: baseURL,
    scrub: createScrubber(told),
    complete: (body, signal) =>
      call((client) => client.post('/chat/completions', { body, signal }).asResponse(), signal),
    models: (signal) => call((client) => client.get('/models', { signal }).asResponse(), signal),
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

/** What OpenAI's client throws for an answer that is an error. */
interface ApiError extends Error {
  readonly status: number;
  readonly headers: Headers | undefined;
  readonly code: unknown;
  readonly param: unknown;
}
const isApiError = (thrown: unknown): thrown is ApiError =>
  thrown instanceof Error && typeof (thrown as Partial<ApiError>).status === 'number' && 'headers' in thrown;

function toFailure(thrown: unknown, host: string, redact: Redact): MllmFailure {
  for (let cause = thrown; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof MllmFailure) return cause;
  }
  if (!isApiError(thrown)) return new MllmFailure('connection', { host, detail: redact(deepest(thrown)) });
  return failureOf({ ...pick(thrown), message: thrown.message.replace(/^\d+ /, '') }, host, redact);
}

const pick = ({ status, headers, code, param }: ApiError) => ({ status, headers, code, param });

/** An error as a server tells it, by its status or within an answer. */
interface Told {
  readonly status: number;
  readonly message: string;
  readonly headers?: Headers | undefined;
  readonly code?: unknown;
  readonly param?: unknown;
}

/** What servers say whatever their status; the first that fits counts. */
const BY_WORDS: readonly (readonly [RegExp, FailureKind])[] = [
  [
    /mmproj|(?:image|vision|multimodal|picture)s?\b.{0,40}\bnot (?:be )?(?:supported|enabled|available)|not support.{0,40}\b(?:image|vision|multimodal)|not a (?:vision|multimodal)|no (?:vision|endpoints found that support image)/i,
    'blind',
  ],
  [/unexpected endpoint|cannot post |no route/i, 'address'],
];

function failureOf(
  { status, message, headers, code, param }: Told,
  host: string,
  redact: Redact,
): MllmFailure {
  const details: FailureDetails = {
    ...{ host, status, detail: redact(message) },
    ...(typeof code === 'string' && { apiCode: code }),
    ...(typeof param === 'string' && { param }),
    ...retryAfter(headers),
  };
  if (code === 'insufficient_quota') return new MllmFailure('quota', details);
  const said = BY_WORDS.find(([pattern]) => pattern.test(message));
  if (said) return new MllmFailure(said[1], details);
  return new MllmFailure(BY_STATUS[status] ?? (status >= 500 ? 'overloaded' : 'request'), details);
}

/** An error that a server tells with status 200, beside no completion or in the place of one: OpenRouter, LM Studio. */
function errorWithin(json: unknown): Told | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { error, choices } = json as { error?: unknown; choices?: unknown };
  const [first] = Array.isArray(choices) ? choices : [];
  const said = first ? (first as { error?: unknown }).error : error;
  if (!said) return undefined;
  const { message = said, code, param } = typeof said === 'object' ? (said as Record<string, unknown>) : {};
  const status = Number(code);
  const known = status >= 400 && status < 600;
  const text = String(message).slice(0, 2000);
  if (!known && !BY_WORDS.some(([pattern]) => pattern.test(text))) return undefined;
  return { status: known ? status : 200, message: text, code, param };
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

/** Where a language model is, and how one gets in. */
export interface Address {
  /** Without query and trailing slash. */
  readonly baseURL: string;
  /** "host:port": what may be told of it. */
  readonly host: string;
  /** Added to every request: Azure's "api-version". */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly secrets: readonly string[];
}

/** Azure's own name for the header of a key; it would take "Authorization" only for tokens. */
const AZURE = /\.(openai|cognitiveservices|services\.ai)\.azure\.(com|us|cn)$/;

/**
 * Checks the base URL and the key before anything is sent.
 * @throws SpotterError bad-config, which repeats neither: both may carry a secret
 */
export function readAddress(given: string, apiKey?: string): Address {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw bad('is not an address that begins with http:// or https://');
  if (url.username || url.password)
    throw bad('must not carry a user or password', 'Give the key apart from it.');
  // Node's own message about such a header would quote it.
  if (apiKey !== undefined && !/^[\x21-\x7e]*$/.test(apiKey)) {
    throw new SpotterError(
      'bad-config',
      'The key of the language model has characters that a key cannot have.',
      'Look for blanks, line breaks or quotation marks around it.',
    );
  }
  const query = Object.fromEntries(url.searchParams);
  return {
    baseURL: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    host: url.host,
    query,
    headers: authorization(url.hostname, apiKey),
    secrets: [apiKey ?? '', ...Object.values(query).filter((value) => value.length > 12)],
  };
}

function authorization(hostname: string, apiKey = ''): Record<string, string | null> {
  if (!apiKey) return { Authorization: null };
  return AZURE.test(hostname)
    ? { Authorization: null, 'api-key': apiKey }
    : { Authorization: `Bearer ${apiKey}` };
}

/** Values of the headers that OpenAI's client sends besides, one "Name: value" a line. */
const valuesOf = (customHeaders = ''): string[] =>
  customHeaders.split('\n').flatMap((line) => /^[^:]*:\s*(\S.*?)\s*$/.exec(line)?.[1] ?? []);

const bad = (
  what: string,
  hint = 'Check OPENAI_BASE_URL; for example http://localhost:11434/v1',
): SpotterError => new SpotterError('bad-config', `The base URL of the language model ${what}.`, hint);

const without =
  (...names: readonly string[]) =>
  (body: Body): Body =>
    Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));

const renamed =
  (from: string, to: string) =>
  ({ [from]: value, ...rest }: Body): Body => ({ ...rest, [to]: value });

/** How to go on without a parameter that a server refuses. What is asked stays the same. */
const REMEDIES: Readonly<Record<string, (body: Body) => Body>> = {
  top_logprobs: (body) =>
    Number(body.top_logprobs) > 5 ? { ...body, top_logprobs: 5 } : without('logprobs', 'top_logprobs')(body),
  logprobs: without('logprobs', 'top_logprobs'),
  max_completion_tokens: renamed('max_completion_tokens', 'max_tokens'),
  max_tokens: renamed('max_tokens', 'max_completion_tokens'),
  temperature: without('temperature'),
  seed: without('seed'),
  reasoning_effort: without('reasoning_effort'),
  response_format: without('response_format'),
  structured_outputs: without('structured_outputs'),
  guided_choice: without('guided_choice'),
  'room to think': (body) =>
    Object.fromEntries(
      Object.entries(body).map(([name, value]) =>
        /^max_(?:completion_)?tokens$/.test(name) ? [name, Number(value) + THINKING_TOKENS] : [name, value],
      ),
    ),
};

/** What a model that thinks needs besides its answer, where its profile does not say. */
const ROOM = 'room to think';
const THINKING_TOKENS = 4000;

/** How servers say that it is about a parameter itself, and not about what is asked. */
const UNWANTED =
  /unsupported|not support|unrecogni[sz]ed|unknown|not (?:be )?(?:permitted|allowed)|extra (?:inputs|fields)|only the default|unexpected|does not accept/i;
const TOO_MANY = /must be|at most|between|less than|greater than|maximum|exceed/i;

/** Of more, something else is wrong. */
const MAX_ADAPTATIONS = 6;

/** What was sent, and how much had been learnt when it was. */
export interface Adapted {
  readonly body: Body;
  readonly learnt: number;
}

export interface Adapter {
  /** A body without what was refused before. */
  adapt(body: Body): Adapted;
  /** Learns from a refusal of what `adapt` made; false when there is nothing to learn. */
  learn(failure: MllmFailure, sent: Adapted): boolean;
}

/**
 * Learns which parameters a server refuses, so that a profile that claims too much costs one more request, not the
 * answer: a new model that takes no temperature, a proxy that knows no logprobs; and that a model thinks first, for which
 * its answer's tokens are too few.
 */
export function createAdapter(): Adapter {
  const refused: string[] = [];
  const roomFor = (failure: MllmFailure): string | undefined =>
    failure.kind === 'no-room' && !refused.includes(ROOM) ? ROOM : undefined;
  return {
    adapt: (body) => ({
      body: refused.reduce(
        (fitting, name) => (name === ROOM || name in fitting ? REMEDIES[name]!(fitting) : fitting),
        body,
      ),
      learnt: refused.length,
    }),
    learn(failure, { body, learnt }) {
      // Another question, asked at the same time, has learnt something meanwhile: maybe this.
      if (learnt < refused.length) return true;
      const name = roomFor(failure) ?? parameterOf(failure, body);
      if (name === undefined || refused.length >= MAX_ADAPTATIONS) return false;
      refused.push(name);
      return true;
    },
  };
}

function parameterOf({ kind, details }: MllmFailure, sent: Body): string | undefined {
  if (kind !== 'request') return undefined;
  const { param = '', apiCode = '', detail = '' } = details;
  const said = `${apiCode} ${detail}`;
  const names = Object.keys(REMEDIES).filter((name) => name in sent);
  const name = names.includes(param) ? param : names.find((each) => new RegExp(`\\b${each}\\b`).test(detail));
  // vLLM says "sample logprobs of 20" of what was asked for as top_logprobs.
  if (name === 'logprobs' && TOO_MANY.test(said)) return 'top_logprobs' in sent ? 'top_logprobs' : name;
  if (UNWANTED.test(said) || (name === 'top_logprobs' && TOO_MANY.test(said))) return name;
  return undefined;
}
