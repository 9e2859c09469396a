import * as z from 'zod';
import { type ErrorCode, SpotterError } from '../errors.ts';
import type { MllmReply, MllmRequest, TokenAlternative, Usage } from './mllm.ts';
import type { Profile } from './profile.ts';
import { withoutThoughts } from './reply/thoughts.ts';

/** What is sent, as JSON. */
export type Body = Readonly<Record<string, unknown>>;

/** Any would do; that it is always the same makes answers repeatable where the server honours it. */
const SEED = 1;
const MAX_ALTERNATIVES = 20;

/** A request in OpenAI's words, with nothing in it that the profile does not allow. */
export function toBody(model: string, profile: Profile, request: MllmRequest): Body {
  const { tokenLimit = 'max_tokens', temperature = true, seed = false, thinking } = profile;
  return {
    model,
    messages: messages(profile, request),
    [tokenLimit]: request.maxTokens + (thinking?.tokens ?? 0),
    ...(temperature && { temperature: 0 }),
    ...(seed && { seed: SEED }),
    ...(thinking?.effort !== undefined && { reasoning_effort: thinking.effort }),
    ...(request.logprobs && profile.logprobs && alternatives(profile)),
    ...form(profile, request),
  };
}

/** The pictures come before the words: so models were trained. Without pictures the words alone, for old servers. */
function messages({ image }: Profile, { system, prompt, images = [] }: MllmRequest): object[] {
  const detail = image.detail && { detail: image.detail };
  const shown = images.map(({ mime, bytes }) => ({
    type: 'image_url',
    image_url: { url: `data:${mime};base64,${Buffer.from(bytes).toString('base64')}`, ...detail },
  }));
  const content = shown.length === 0 ? prompt : [...shown, { type: 'text', text: prompt }];
  return [...(system === undefined ? [] : [{ role: 'system', content: system }]), { role: 'user', content }];
}

const alternatives = ({ topLogprobs = MAX_ALTERNATIVES }: Profile) => ({
  logprobs: true,
  top_logprobs: Math.min(MAX_ALTERNATIVES, topLogprobs),
});

function form({ structured, choicesField = 'structured_outputs' }: Profile, request: MllmRequest): object {
  const { choices, schema = choices && schemaOf(choices) } = request;
  if (structured === 'none') return {};
  if (choices && structured === 'guided-choice')
    return choicesField === 'guided_choice'
      ? { guided_choice: choices }
      : { structured_outputs: { choice: choices } };
  if (!schema) return {};
  const { name, json } = schema;
  return { response_format: { type: 'json_schema', json_schema: { name, schema: json, strict: true } } };
}

/** One of the choices as JSON, `{"answer": "B"}`: a schema's root has to be an object for most servers. */
const schemaOf = (choices: readonly string[]): NonNullable<MllmRequest['schema']> => ({
  name: 'choice',
  json: {
    type: 'object',
    properties: { [ANSWER_KEY]: { type: 'string', enum: choices } },
    required: [ANSWER_KEY],
    additionalProperties: false,
  },
});
const ANSWER_KEY = 'answer';

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Fetches so that nobody is surprised: a redirect is an error, since it would take key and picture to another host; the
 * body is read at once, so that the signal covers it, and never more of it than `maxBytes` (after decompression).
 */
export function guardedFetch(fetch: Fetch, maxBytes: number, details: FailureDetails): Fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      await response.body?.cancel();
      throw new MllmFailure('redirect', { ...details, status: response.status });
    }
    const read = await readBody(response, maxBytes, details);
    const body = response.ok ? read : asOpenAiError(read);
    // A response with another status may not have a body; the client looks at the status only.
    const { status, statusText, headers } = response;
    return new Response(status === 204 || status === 205 ? null : body, { status, statusText, headers });
  };
}

async function readBody(response: Response, maxBytes: number, details: FailureDetails): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    total += chunk.length;
    // Leaving the loop cancels the body, and so closes the connection.
    if (total > maxBytes)
      throw new MllmFailure('too-large', { ...details, detail: `more than ${maxBytes} bytes` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * OpenAI's client reads {"error": {"message"}}; others write {"error": "…"}, {"message": "…"} or {"detail": "…"}, and
 * Gemini a list with one error in it.
 */
function asOpenAiError(body: Buffer): Buffer {
  const read = parsed(body);
  const json = record(Array.isArray(read) ? read[0] : read);
  if (!json) return body;
  const { error = json } = json;
  const said = record(error);
  const message = said?.message ?? said?.detail ?? (typeof error === 'string' ? error : body.toString());
  return Buffer.from(JSON.stringify({ error: { ...said, message } }));
}

function parsed(body: Buffer): unknown {
  try {
    return parseJson(body.toString());
  } catch {
    return undefined;
  }
}

const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;

interface Kind {
  readonly code: ErrorCode;
  /** Whether trying again may help. */
  readonly retry: boolean;
  /** Whether it says that the endpoint is not well, for the circuit breaker. */
  readonly sick: boolean;
  /** What comes after "The language model at HOST". */
  readonly said: string;
  readonly hint: string;
}

const down = (said: string, hint: string, more: Partial<Kind> = {}): Kind => ({
  ...{ code: 'mllm-down', retry: false, sick: true, said, hint },
  ...more,
});
const refused = (said: string, hint: string): Kind => ({
  ...{ code: 'mllm-refused', retry: false, sick: false, said, hint },
});

const NOT_OURS = 'Check the base URL: it usually ends in "/v1".';
const NOT_COMPATIBLE = 'It is not, or not now, an OpenAI-compatible server.';

/** Everything that can go wrong between us and a language model. */
export const FAILURES = {
  connection: down('cannot be reached', 'Check that it runs, and the base URL.', { retry: true }),
  stalled: down('did not answer in time', 'Try again later, or allow it more time.', { retry: true }),
  overloaded: down('is overloaded or failing', 'Try again later.', { retry: true }),
  resting: down('has failed too often and is left alone', 'Try again later.', { sick: false }),
  redirect: refused('wants to send us elsewhere, which is not followed', NOT_OURS),
  key: refused('does not accept the key', 'Check OPENAI_API_KEY.'),
  quota: refused('says that what was paid for is used up', 'Check the account of the key.'),
  'unknown-model': refused(
    'does not know the model, or not this address',
    `Check the name of the model. ${NOT_OURS}`,
  ),
  request: refused('does not accept the request', 'The profile may not fit: see "spotter doctor".'),
  html: down('answered with a web page', NOT_OURS),
  'not-json': down('answered with something that is not JSON', NOT_OURS),
  'error-body': down('answered with an error instead of a completion', 'Try again later.'),
  'no-choices': down('answered without a completion', NOT_COMPATIBLE),
  'wrong-types': down('answered in a form that is not OpenAI-compatible', NOT_COMPATIBLE),
  blind: refused('does not take pictures', 'Take a model that sees; llama.cpp needs its --mmproj as well.'),
  coordinates: refused(
    'has a model of which it is not known how it writes a box',
    'Say it in the profile: SPOTTER_MLLM_PROFILE={"like":"Qwen2.5-VL"} or {"coordinates":"relative-1000-xyxy"}; see docs/mllm.md.',
  ),
  address: refused('does not know this address', NOT_OURS),
  'no-room': down(
    'thought until nothing was left for its answer',
    'Allow it more, for example SPOTTER_MLLM_PROFILE={"thinking":{"tokens":8000}}.',
    { sick: false },
  ),
  'in-reasoning': down(
    'put all of its answer into its reasoning',
    'Switch thinking off, or the reasoning parser of the server.',
    { sick: false },
  ),
  'too-large': down('answered with more than is read', NOT_COMPATIBLE),
  empty: down('answered with nothing', 'Allow it more tokens, or take another model.', { sick: false }),
} as const satisfies Record<string, Kind>;
export type FailureKind = keyof typeof FAILURES;

export interface FailureDetails {
  /** "host:port", never the whole address: it may carry a secret. */
  readonly host: string;
  /** What the server or the system said, free of secrets. */
  readonly detail?: string;
  readonly status?: number;
  /** What the server wants us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** OpenAI's code and parameter of an error: "content_filter", "temperature". */
  readonly apiCode?: string;
  readonly param?: string;
  /** How often it was tried. */
  readonly tries?: number;
  /** What it took, where the server counted it. */
  readonly usage?: Usage | undefined;
}

/**
 * What went wrong with a language model: `mllm-down` or `mllm-refused`, and of which kind. It has no `cause`: what the
 * client throws may carry headers, and with them the key.
 */
export class MllmFailure extends SpotterError {
  readonly kind: FailureKind;
  readonly details: FailureDetails;

  constructor(kind: FailureKind, details: FailureDetails) {
    const { code, said, hint }: Kind = FAILURES[kind];
    const { host, detail, status, tries = 1 } = details;
    const how = status === undefined ? '' : ` (HTTP ${status})`;
    super(
      code,
      `The language model at ${host} ${said}${how}.`,
      [detail && `It says: ${sentence(detail)}`, tries > 1 && `Tried ${tries} times.`, hint]
        .filter(Boolean)
        .join(' '),
    );
    this.name = 'MllmFailure';
    this.kind = kind;
    this.details = details;
  }

  get retry(): boolean {
    return FAILURES[this.kind].retry;
  }

  get sick(): boolean {
    return FAILURES[this.kind].sick;
  }

  /** The same, saying how often it was tried. */
  after(tries: number): MllmFailure {
    return new MllmFailure(this.kind, { ...this.details, tries });
  }
}

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** Replies nest about eight deep. Parsing costs most where nothing but brackets is nested: 0.3 to 1 s for 2 MB. */
const DEEPEST = 64;

/**
 * Parses what a server sent, unless it is nested deeper than any reply: finding that out takes one look at each character
 * up to there.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  if (nestsTooDeep(text)) throw new SyntaxError(`nested deeper than ${DEEPEST}`);
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (!/Infinity|NaN/.test(text)) throw thrown;
    return JSON.parse(text.replace(NOT_FINITE, (said) => FINITE[said] ?? said));
  }
}

/** Numbers that Python writes and JSON does not know, such as the logarithm of a probability of 0; strings as they are. */
const NOT_FINITE = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;
const FINITE: Readonly<Record<string, string>> = { '-Infinity': '-1e9', Infinity: '1e9', NaN: 'null' };

function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x22) {
      i = endOfString(text, i);
    } else if (c === 0x5b || c === 0x7b) {
      if (++depth > DEEPEST) return true;
    } else if (c === 0x5d || c === 0x7d) {
      depth--;
    }
  }
  return false;
}

/** Where the string ends that begins here. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x22) return i;
    if (c === 0x5c) i++;
  }
  return text.length;
}

/** An answer without what it took. */
export type Answer = Omit<MllmReply, 'cost'> & { readonly usage: Usage | undefined };

/** What stands for an answer that a filter withheld: a text is never empty. */
export const WITHHELD = '(withheld by a content filter)';

/** Lists are cut, or refused, before what is in them is looked at: a reply of 2 MB may hold 100,000 items. */
const list = z.custom<unknown[]>(Array.isArray);
const atMost = (most: number) => list.refine(({ length }) => length <= most);
const firstOf = (most: number) => list.transform((items) => items.slice(0, most));

/** A text comes in one part, or in a few. */
const MAX_PARTS = 1000;
/** Of what is thought, drawn or cited besides, nothing is read. */
const part = z.looseObject({ type: z.string().optional(), text: z.unknown().optional() });
const isText = ({ type, text }: z.infer<typeof part>): boolean =>
  (type === 'text' || type === 'output_text') && typeof text === 'string';
const Completion = z.looseObject({
  choices: z.tuple(
    [
      z.looseObject({
        finish_reason: z.string().nullish(),
        message: z.looseObject({
          content: z.union([z.string(), atMost(MAX_PARTS).pipe(z.array(part))]).nullish(),
          refusal: z.string().nullish(),
          reasoning: z.unknown().optional(),
          reasoning_content: z.unknown().optional(),
        }),
        logprobs: z.unknown().optional(),
      }),
    ],
    z.unknown(),
  ),
  usage: z.unknown().optional(),
});

/**
 * Reads a chat completion, believing nothing: what a server is not bound to give (alternatives, usage) is left out when
 * it is not as it should be, the rest is an error of its own kind.
 * @throws MllmFailure error-body, no-choices, wrong-types, empty, no-room, in-reasoning
 */
export function readCompletion(json: unknown, host: string): Answer {
  const { choices, error } = (typeof json === 'object' && json !== null ? json : {}) as Record<
    string,
    unknown
  >;
  const fail = (kind: FailureKind) => new MllmFailure(kind, { host });
  if (error && !choices) throw fail('error-body');
  if (choices === undefined || choices === null || (Array.isArray(choices) && choices.length === 0))
    throw fail('no-choices');
  const one = Array.isArray(choices) ? choices.slice(0, 1) : choices;
  const read = Completion.safeParse({ ...(json as object), choices: one });
  if (!read.success) throw fail('wrong-types');
  const { message, finish_reason: reason, logprobs } = read.data.choices[0];
  const content = Array.isArray(message.content)
    ? message.content
        .filter(isText)
        .map(({ text }) => String(text))
        .join('')
    : message.content;
  const refused = Boolean(message.refusal) || reason === 'content_filter';
  const text = message.refusal || (content?.trim() ? content : '');
  const usage = readUsage(read.data.usage);
  const thought = [message.reasoning, message.reasoning_content].some(
    (said) => typeof said === 'string' && said !== '',
  );
  // What is still thinking when the tokens are used up has not said anything yet.
  const silent = !text || (reason === 'length' && withoutThoughts(text).text === '');
  if (silent && !refused) {
    const kind = reason === 'length' && (text || thought) ? 'no-room' : thought ? 'in-reasoning' : 'empty';
    throw new MllmFailure(kind, { host, usage });
  }
  const alternatives = refused ? undefined : readFirst(logprobs, text);
  return {
    text: text || WITHHELD,
    finish: refused ? 'refused' : reason === 'length' ? 'length' : 'stop',
    ...(alternatives && { first: alternatives }),
    usage,
  };
}

const alternative = z.looseObject({ token: z.string().max(200), logprob: z.number().max(0.001) });
/** Servers tell 20 at most. */
/** The first token that is not blank comes early, or is not looked for. */
const MAX_TOKENS = 16;
const Tokens = z.looseObject({
  content: firstOf(MAX_TOKENS).pipe(
    z.array(alternative.extend({ top_logprobs: firstOf(2 * MAX_ALTERNATIVES).nullish() })).min(1),
  ),
});

/** What stands before the value of `{"answer": "B"}`. */
const BEFORE_VALUE = new RegExp(String.raw`^\s*\{\s*"${ANSWER_KEY}"\s*:\s*"`);

/**
 * The alternatives of the first token of the answer, the likeliest first: of the first that is not blank, or in
 * `{"answer": "B"}` of the one that begins the value. None where the tokens do not begin the text: then they belong to
 * something else, such as what a model thought before.
 */
function readFirst(logprobs: unknown, text: string): TokenAlternative[] | undefined {
  const tokens = Tokens.safeParse(logprobs).data?.content ?? [];
  const said = text.trimStart();
  const from = BEFORE_VALUE.exec(said)?.[0].length ?? 0;
  const upTo = (n: number): string =>
    tokens
      .slice(0, n)
      .map(({ token }) => token)
      .join('')
      .trimStart();
  const at = tokens.findIndex((_, i) => upTo(i + 1).length > from);
  const token = tokens[at];
  if (!token || !said.startsWith(upTo(at + 1))) return undefined;
  const others = (token.top_logprobs ?? []).flatMap((each) => alternative.safeParse(each).data ?? []);
  // The token that was taken need not be among the likeliest.
  const all = others.some((other) => other.token === token.token) ? others : [token, ...others];
  // Where the value's quotation mark is in the token, it is no part of the answer.
  const isMerged = upTo(at).length < from;
  const withoutQuote = (written: string): string => (isMerged ? written.replace(/^.*"/s, '') : written);
  return all
    .map((each) => ({ token: withoutQuote(each.token), logprob: Math.min(0, each.logprob) }))
    .sort((a, b) => b.logprob - a.logprob)
    .slice(0, MAX_ALTERNATIVES);
}

const tokens = z.int().min(0).max(1e9);
const Usages = z.looseObject({ prompt_tokens: tokens, completion_tokens: tokens });

function readUsage(usage: unknown): Usage | undefined {
  const read = Usages.safeParse(usage).data;
  return read && { promptTokens: read.prompt_tokens, answerTokens: read.completion_tokens };
}
