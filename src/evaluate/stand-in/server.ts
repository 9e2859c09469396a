import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TokenAlternative } from '../../mllm/mllm.ts';
import { POLICIES, seeded } from './policies.ts';
import {
  apply,
  DIALECT,
  type Dialect,
  type Fault,
  type FaultName,
  type Policy,
  Refusal,
  readRequest,
  type Said,
  type Seen,
  see,
} from './wire.ts';

export interface StandInOptions {
  /** How it answers; echoes unless told. */
  readonly policy?: Policy;
  readonly dialect?: Partial<Dialect>;
  /** Faults by chance: how often (0..1), which, and the seed of the chance. */
  readonly faults?: { readonly rate: number; readonly of: readonly FaultName[]; readonly seed?: number };
  readonly port?: number;
}

export interface Received {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** Where the request was a good one. */
  readonly seen?: Seen;
}

/** A server that speaks like OpenAI's, and answers by policy instead of by a model. */
export interface StandIn {
  /** "http://127.0.0.1:PORT/v1" */
  readonly baseURL: string;
  /** All requests, in the order they came. */
  readonly received: readonly Received[];
  /** Completions that were asked for: how often the model was called. */
  readonly calls: number;
  /** What happens to the next completions, one after the other; undefined is a good answer. */
  script(...faults: readonly (Fault | FaultName | undefined)[]): void;
  close(): Promise<void>;
}

const MAX_BYTES = 50 * 2 ** 20;

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { policy = POLICIES.echo!, faults, port = 0 } = options;
  const dialect = { ...DIALECT, ...options.dialect };
  const random = seeded(faults?.seed ?? 1);
  const received: Received[] = [];
  let script: (Fault | undefined)[] = [];

  function byChance(): Fault | undefined {
    if (!faults || random() >= faults.rate) return undefined;
    return { fault: faults.of[Math.floor(random() * faults.of.length)]! };
  }

  async function complete(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    // Synchronously after it was noted, so that it is this one.
    const at = received.length - 1;
    const seen = await see(readRequest(body, dialect));
    received[at] = { ...received[at]!, seen };
    const scripted = script.length > 0 ? script.shift() : byChance();
    const said = await policy(seen);
    const fault = scripted ?? ('fault' in said ? said : undefined);
    const good = completion(seen, 'fault' in said ? { text: '' } : said, dialect) as { choices: object[] };
    if (fault) return apply(response, { fault, headers: request.headers, good });
    json(response, 200, good);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const text = await readBody(request);
    received.push({ method, path: url, headers, body: parsed(text) });
    checkKey(headers, dialect);
    const { pathname } = new URL(url, 'http://stand-in');
    if (method === 'GET' && pathname.endsWith('/models') && dialect.listsModels) {
      return json(response, 200, listOf(dialect));
    }
    if (method !== 'POST' || !pathname.endsWith('/chat/completions'))
      throw new Refusal(404, `Unknown request URL: ${method} ${pathname}.`);
    const body = parsed(text);
    if (body === undefined) throw new Refusal(400, 'We could not parse the JSON body of your request.');
    return complete(request, response, body);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((thrown) => {
      const refusal = thrown instanceof Refusal ? thrown : new Refusal(500, String(thrown));
      if (!response.headersSent) json(response, refusal.status, inDialect(refusal, dialect));
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    received,
    get calls() {
      return received.filter(({ path }) => path.includes('/chat/completions')).length;
    },
    script: (...next) => {
      script = next.map((each) => (typeof each === 'string' ? { fault: each } : each));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Refusal(413, 'The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checkKey(headers: IncomingHttpHeaders, { key, keyHeader }: Dialect): void {
  if (key === undefined) return;
  if (headers[keyHeader] !== (keyHeader === 'api-key' ? key : `Bearer ${key}`))
    throw new Refusal(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });
}

const listOf = ({ models, ownedBy }: Dialect): object => ({
  object: 'list',
  data: models.map((id) => ({ id, object: 'model', created: 1, owned_by: ownedBy })),
});

function inDialect({ error }: Refusal, { errors }: Dialect): object {
  const forms = {
    openai: () => ({ error: { param: null, code: null, ...error } }),
    detail: () => ({ detail: error.message }),
    plain: () => ({ error: error.message }),
  };
  return forms[errors]();
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** A chat completion in OpenAI's words. */
export function completion(seen: Seen, said: Said, dialect: Dialect): object {
  const { request } = seen;
  const text = inForm(said, seen, dialect);
  const limit = (request.max_completion_tokens ?? request.max_tokens ?? 4096) - dialect.thinking;
  const all = tokenize(text);
  const tokens = all.slice(0, Math.max(0, limit));
  const logprobs = request.logprobs && dialect.logprobs === 'honoured';
  const answerTokens = tokens.length + dialect.thinking;
  const promptTokens = promptSize(seen);
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: request.model,
    choices: [
      {
        index: 0,
        finish_reason: tokens.length < all.length ? 'length' : 'stop',
        message: { role: 'assistant', content: tokens.join(''), refusal: null },
        logprobs: logprobs ? { content: logprobsOf(tokens, said, request.top_logprobs ?? 0) } : null,
      },
    ],
    ...(dialect.countsTokens && {
      usage: {
        prompt_tokens: promptTokens,
        completion_tokens: answerTokens,
        total_tokens: promptTokens + answerTokens,
      },
    }),
  };
}

/** About four characters a token, and one for 28 x 28 pixels, as with Qwen2-VL. */
const promptSize = ({ system, prompt, images }: Seen): number =>
  Math.ceil((system.length + prompt.length) / 4) +
  images.reduce((sum, { width, height }) => sum + Math.ceil(width / 28) * Math.ceil(height / 28), 0);

export const tokenize = (text: string): string[] =>
  text.match(/\s*(?:[A-Za-z]{1,4}|\d{1,3}|[^\sA-Za-z\d])|\s+/gu) ?? [];

/** What else a model might have said: never a letter by itself, which could be taken for an option. */
const FILLERS = ' the| The|Answer| It|The|It|Sure|**|"|(| in| on| is|I\'m|Based|This|That|There|\n\n|<'.split(
  '|',
);
const CERTAINTY = 0.9;

function logprobsOf(tokens: readonly string[], { first }: Said, count: number): object[] {
  // Held to `{"answer": "B"}`, it is the letter that the alternatives are of.
  const isChoice = ({ token }: TokenAlternative, written: string) => token.trim() === written.trim();
  const letterAt = tokens[0]?.startsWith('{')
    ? tokens.findIndex((token) => first?.some((each) => isChoice(each, token)))
    : 0;
  return tokens.map((token, at) => {
    const given = at === letterAt ? first : undefined;
    const all = [...(given ?? madeUp(token))].sort((a, b) => b.logprob - a.logprob);
    const taken = all.find((each) => each.token === token) ?? { token, logprob: Math.log(1 - CERTAINTY) };
    return { ...inWire(taken), top_logprobs: all.slice(0, count).map(inWire) };
  });
}

const madeUp = (token: string): TokenAlternative[] => [
  { token, logprob: Math.log(CERTAINTY) },
  ...FILLERS.filter((filler) => filler !== token).map((filler, at) => ({
    token: filler,
    logprob: Math.log((1 - CERTAINTY) / 2 ** (at + 1)),
  })),
];

const inWire = ({ token, logprob }: TokenAlternative) => ({ token, logprob, bytes: [...Buffer.from(token)] });

/** The answer in the form that was asked for, where this server enforces forms. */
function inForm(said: Said, { request }: Seen, { choices: manner, schema }: Dialect): string {
  const old = manner === 'vllm-old';
  const choices = old ? request.guided_choice : request.structured_outputs?.choice;
  if (choices && (old || manner === 'honoured')) return constrained(said, choices);
  const format = request.response_format;
  if (format?.type !== 'json_schema' || schema !== 'honoured') return said.text;
  return fits(said.text, format.json_schema.schema)
    ? said.text
    : JSON.stringify(instance(format.json_schema.schema, said));
}

/** What is left to a model that may say nothing else: the choice it finds likeliest. */
function constrained({ text, first = [] }: Said, choices: readonly string[]): string {
  if (choices.includes(text)) return text;
  const likeliest = [...first].sort((a, b) => b.logprob - a.logprob).map(({ token }) => token.trim());
  return likeliest.find((token) => choices.includes(token)) ?? choices[0]!;
}

type Schema = Readonly<Record<string, unknown>>;

/** Far from a validator: an object with all that is required. */
function fits(text: string, schema: Schema): boolean {
  try {
    const value: unknown = JSON.parse(text);
    const required = (schema.required ?? []) as string[];
    return typeof value === 'object' && value !== null && required.every((name) => name in value);
  } catch {
    return false;
  }
}

/** The least that a schema allows; of what is listed, what the model finds likeliest. */
function instance(schema: Schema, said: Said): unknown {
  if (Array.isArray(schema.enum)) return constrained(said, schema.enum as string[]);
  const [type] = [schema.type].flat();
  if (type === 'object') {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
    return Object.fromEntries(properties.map(([name, property]) => [name, instance(property, said)]));
  }
  const items = (schema.items ?? {}) as Schema;
  if (type === 'array')
    return Array.from({ length: Number(schema.minItems ?? 0) }, () => instance(items, said));
  return { string: '', number: 0, integer: 0, boolean: false }[String(type)] ?? null;
}
