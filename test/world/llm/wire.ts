import { z } from 'zod';

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
