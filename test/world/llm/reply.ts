import type { TokenAlternative } from '../../../src/mllm/mllm.ts';
import type { Said, Seen } from './seen.ts';
import type { Dialect } from './wire.ts';

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
  return tokens.map((token, at) => {
    const given = at === 0 ? first : undefined;
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
    : JSON.stringify(instance(format.json_schema.schema));
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

/** The least that a schema allows. */
function instance(schema: Schema): unknown {
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const [type] = [schema.type].flat();
  if (type === 'object') {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
    return Object.fromEntries(properties.map(([name, property]) => [name, instance(property)]));
  }
  const items = (schema.items ?? {}) as Schema;
  if (type === 'array') return Array.from({ length: Number(schema.minItems ?? 0) }, () => instance(items));
  return { string: '', number: 0, integer: 0, boolean: false }[String(type)] ?? null;
}
