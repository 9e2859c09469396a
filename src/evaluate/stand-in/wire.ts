import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import type { TokenAlternative } from '../../mllm/mllm.ts';
import { decodeRaster } from '../../picture/decode.ts';
import type { Raster } from '../../picture/picture.ts';

/** What OpenAI's API accepts in a chat completion, as strictly as a real server; other fields are looked at apart. */
const text = z.strictObject({ type: z.literal('text'), text: z.string() });
const image = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({ url: z.string().min(1), detail: z.enum(['low', 'high', 'auto']).optional() }),
});
const words = z.union([z.string(), z.array(text).min(1)]);

export const ChatRequest = z.looseObject({
  model: z.string().min(1),
  messages: z
    .array(
      z.discriminatedUnion('role', [
        z.strictObject({ role: z.enum(['system', 'developer']), content: words }),
        z.strictObject({
          role: z.literal('user'),
          content: z.union([z.string(), z.array(z.discriminatedUnion('type', [text, image])).min(1)]),
        }),
        z.strictObject({ role: z.literal('assistant'), content: words }),
      ]),
    )
    .min(1),
  max_tokens: z.int().min(1).optional(),
  max_completion_tokens: z.int().min(1).optional(),
  temperature: z.number().min(0).max(2).optional(),
  seed: z.int().optional(),
  logprobs: z.boolean().optional(),
  top_logprobs: z.int().min(0).optional(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
  response_format: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text') }),
      z.strictObject({ type: z.literal('json_object') }),
      z.strictObject({
        type: z.literal('json_schema'),
        json_schema: z.strictObject({
          name: z.string().regex(/^[\w-]{1,64}$/),
          schema: z.record(z.string(), z.unknown()),
          strict: z.boolean().optional(),
        }),
      }),
    ])
    .optional(),
  guided_choice: z.array(z.string()).min(1).optional(),
  structured_outputs: z.strictObject({ choice: z.array(z.string()).min(1) }).optional(),
  stream: z.literal(false).optional(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

/** How this server differs from others. */
export interface Dialect {
  /** The models that it has; with none, it takes any name. */
  readonly models: readonly string[];
  readonly ownedBy: string;
  /** Asked for in Authorization, or in Azure's header. */
  readonly key?: string;
  readonly keyHeader: 'authorization' | 'api-key';
  readonly logprobs: Manner;
  readonly mostLogprobs: number;
  readonly schema: Manner;
  /** "vllm-old" knows guided_choice only. */
  readonly choices: Manner | 'vllm-old';
  readonly temperature: Manner;
  readonly seed: Manner;
  readonly tokenLimit: 'both' | 'max_tokens' | 'max_completion_tokens';
  /** Tokens that it thinks before it answers; they count. */
  readonly thinking: number;
  readonly listsModels: boolean;
  readonly countsTokens: boolean;
  /** How it writes errors: as OpenAI, as FastAPI, or as Ollama did. */
  readonly errors: 'openai' | 'detail' | 'plain';
}
export type Manner = 'honoured' | 'ignored' | 'refused';

export const DIALECT: Dialect = {
  models: [],
  ownedBy: 'stand-in',
  keyHeader: 'authorization',
  logprobs: 'honoured',
  mostLogprobs: 20,
  schema: 'honoured',
  choices: 'honoured',
  temperature: 'honoured',
  seed: 'honoured',
  tokenLimit: 'both',
  thinking: 0,
  listsModels: true,
  countsTokens: true,
  errors: 'openai',
};

/** A request that is turned down, as the server says it. */
export class Refusal extends Error {
  readonly status: number;
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param?: string;
    readonly code?: string;
  };

  constructor(
    status: number,
    message: string,
    more: { readonly param?: string; readonly code?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.error = { message, type: 'invalid_request_error', ...more };
  }
}

const unsupported = (param: string): Refusal =>
  new Refusal(400, `Unsupported parameter: '${param}' is not supported with this model.`, {
    param,
    code: 'unsupported_parameter',
  });

/** Checks a request as this server would. @throws Refusal */
export function readRequest(body: unknown, dialect: Dialect): ChatRequest {
  const read = ChatRequest.safeParse(body);
  if (!read.success) {
    const issue = read.error.issues[0]!;
    throw new Refusal(400, `Invalid request: ${issue.message}`, { param: issue.path.join('.') });
  }
  const request = read.data;
  if (dialect.models.length > 0 && !dialect.models.includes(request.model))
    throw new Refusal(404, `The model '${request.model}' does not exist.`, { code: 'model_not_found' });
  const refused: Readonly<Record<string, boolean>> = {
    temperature: dialect.temperature === 'refused',
    seed: dialect.seed === 'refused',
    logprobs: dialect.logprobs === 'refused',
    response_format: dialect.schema === 'refused',
    structured_outputs: dialect.choices === 'refused',
    guided_choice: dialect.choices === 'refused',
    max_tokens: dialect.tokenLimit === 'max_completion_tokens',
    max_completion_tokens: dialect.tokenLimit === 'max_tokens',
  };
  const param = Object.keys(refused).find((name) => refused[name] && request[name] !== undefined);
  if (param) throw unsupported(param);
  const { logprobs, top_logprobs: top = 0 } = request;
  if (top > 0 && !logprobs) throw new Refusal(400, 'top_logprobs needs logprobs.', { param: 'top_logprobs' });
  if (top > dialect.mostLogprobs) {
    const said = `Invalid value for top_logprobs: must be less than or equal to ${dialect.mostLogprobs}.`;
    throw new Refusal(400, said, { param: 'top_logprobs' });
  }
  return request;
}

/** What goes wrong, and the particulars that some faults have. */
export interface Fault {
  readonly fault: FaultName;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** Where a redirect leads to. */
  readonly location?: string;
  /** How long "slow" waits, in milliseconds. */
  readonly ms?: number;
}

interface Context {
  readonly fault: Fault;
  readonly headers: IncomingHttpHeaders;
  /** What would have been answered. */
  readonly good: { readonly choices: readonly object[] };
}

type Effect = (response: ServerResponse, context: Context) => void | Promise<void>;

const json = (response: ServerResponse, body: unknown, status = 200, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

const error = (message: string, code = 'stand_in'): object => ({
  error: { message, type: 'server_error', param: null, code },
});

/** A good answer with something changed in its only choice. */
const changed =
  (change: object, inMessage?: object): Effect =>
  (response, { good }) => {
    const [choice = {}] = good.choices as { message?: object }[];
    const message = { ...choice.message, ...inMessage };
    json(response, { ...good, choices: [{ ...choice, ...change, message }] });
  };

const body =
  (of: (good: Context['good']) => unknown): Effect =>
  (response, { good }) =>
    json(response, of(good));

const raw =
  (text: string | Buffer, headers: Readonly<Record<string, string>>): Effect =>
  (response) => {
    response.writeHead(200, headers).end(text);
  };

const JSON_TYPE = { 'content-type': 'application/json' };

export const FAULTS = {
  // Nothing, or not all, comes:
  drop: (response) => void response.socket?.destroy(),
  reset: (response) => void response.socket?.resetAndDestroy(),
  stall: () => {},
  'stall-headers': (response) => void response.socket?.write('HTTP/1.1 200 OK\r\ncontent-ty'),
  'stall-body': (response) => void response.writeHead(200, JSON_TYPE).write('{"id":'),
  'cut-body': (response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' }).write('{"id":"chatcmpl-1","choi');
    setTimeout(() => response.socket?.destroy(), 20);
  },
  drip: async (response) => {
    response.writeHead(200, JSON_TYPE);
    for (; !response.destroyed; await sleep(10)) response.write(' ');
  },
  'drip-headers': async (response) => {
    response.socket?.write('HTTP/1.1 200 OK\r\nx-long: ');
    for (; response.socket && !response.socket.destroyed; await sleep(10)) response.socket.write('x');
  },
  slow: async (response, { fault, good }) => {
    await sleep(fault.ms ?? 100);
    json(response, good);
  },
  // Something else comes:
  html: raw('<!DOCTYPE html><html><body>Please log in.</body></html>', { 'content-type': 'text/html' }),
  'not-json': raw('{"id":"chatcmpl-1", oops', JSON_TYPE),
  nothing: raw('', JSON_TYPE),
  'error-200': body(() => error('The model is loading.')),
  'no-choices': body(({ choices, ...rest }) => rest),
  'empty-choices': body((good) => ({ ...good, choices: [] })),
  null: body(() => null),
  'wrong-types': changed({}, { content: 42 }),
  'choices-object': body((good) => ({ ...good, choices: { 0: good.choices[0] } })),
  empty: changed({}, { content: '' }),
  blank: changed({}, { content: ' \n' }),
  'null-content': changed({}, { content: null }),
  'broken-logprobs': changed({ logprobs: { content: [{ token: 7, logprob: 'x' }] } }),
  huge: (response) => {
    response.writeHead(200, JSON_TYPE);
    const more = (): void => {
      while (!response.destroyed && response.write(' '.repeat(2 ** 16)));
    };
    response.on('drain', more);
    more();
  },
  'gzip-bomb': raw(gzipSync(Buffer.alloc(64 * 2 ** 20, ' ')), { ...JSON_TYPE, 'content-encoding': 'gzip' }),
  // It is turned down:
  redirect: (response, { fault }) =>
    void response
      .writeHead(fault.status ?? 307, { location: fault.location ?? 'http://127.0.0.1:9/v1' })
      .end(),
  status: (response, { fault }) =>
    json(response, error(fault.message ?? 'scripted'), fault.status ?? 500, fault.headers),
  'rate-limit': (response, { fault }) =>
    json(response, error('Rate limit reached.', 'rate_limit_exceeded'), 429, fault.headers),
  quota: (response) => json(response, error('You exceeded your current quota.', 'insufficient_quota'), 429),
  'filtered-prompt': (response) => json(response, error('The prompt was filtered.', 'content_filter'), 400),
  refusal: changed({}, { content: null, refusal: "I'm sorry, I can't help with that." }),
  'content-filter': changed({ finish_reason: 'content_filter' }, { content: '' }),
  // It gives back what it was given, in every form:
  'leak-key': (response, { headers, fault }) => {
    const key = String(headers['api-key'] ?? headers.authorization ?? '');
    const bare = key.replace(/^Bearer /, '');
    const forms = [key, bare, encodeURIComponent(bare), Buffer.from(bare).toString('base64')];
    const said = error(`Incorrect API key provided: ${forms.join(' ')}`);
    json(response, said, fault.status ?? 401, {
      'x-your-key': bare,
      'www-authenticate': `Bearer key="${bare}"`,
    });
  },
  'leak-key-text': (response, { headers }) => {
    response.writeHead(200, JSON_TYPE).end(`Your headers: ${JSON.stringify(headers)}`);
  },
} satisfies Record<string, Effect>;
export type FaultName = keyof typeof FAULTS;

export const apply = (response: ServerResponse, context: Context): void | Promise<void> =>
  (FAULTS[context.fault.fault] as Effect)(response, context);

/** What a model would have before it: taken from what was really sent. */
export interface Seen {
  readonly system: string;
  readonly prompt: string;
  /** Decoded, in the order they were sent. */
  readonly images: readonly Raster[];
  readonly request: ChatRequest;
}

/** What a policy answers. */
export interface Said {
  readonly text: string;
  /** The alternatives of the first token; made up where a policy gives none. */
  readonly first?: readonly TokenAlternative[];
}

/** How a stand-in for a model answers: by what it sees, or with a fault. */
export type Policy = (seen: Seen) => Said | Fault | Promise<Said | Fault>;

/** @throws Refusal, for a picture that is none */
export async function see(request: ChatRequest): Promise<Seen> {
  const { messages } = request;
  const parts = messages.flatMap(({ role, content }) =>
    typeof content === 'string'
      ? [{ role, type: 'text' as const, text: content }]
      : content.map((part) => ({ role, ...part })),
  );
  const textOf = (...roles: readonly string[]) =>
    parts
      .flatMap((part) => (part.type === 'text' && roles.includes(part.role) ? [part.text] : []))
      .join('\n');
  const urls = parts.flatMap((part) => (part.type === 'image_url' ? [part.image_url.url] : []));
  return {
    system: textOf('system', 'developer'),
    prompt: textOf('user'),
    images: await Promise.all(urls.map(decode)),
    request,
  };
}

const DATA_URL = /^data:image\/(jpeg|png|webp|gif);base64,([A-Za-z0-9+/]+={0,2})$/;

async function decode(url: string): Promise<Raster> {
  const [, mime, base64] = DATA_URL.exec(url) ?? [];
  const bad = (why: string) => new Refusal(400, `Invalid image: ${why}`, { code: 'invalid_image_url' });
  if (!base64) throw bad('not a data URL of a picture in base64.');
  const { format, raster } = await decodeRaster(Buffer.from(base64, 'base64')).catch(() => {
    throw bad('it cannot be decoded.');
  });
  if (format !== mime) throw bad(`it says ${mime}, but is ${format}.`);
  return raster;
}
