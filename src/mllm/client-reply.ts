import { z } from 'zod';
import { type FailureKind, MllmFailure } from './client-failure.ts';
import type { Usage } from './cost.ts';
import type { MllmReply, TokenAlternative } from './mllm.ts';

/** An answer without what it took. */
export type Answer = Omit<MllmReply, 'cost'> & { readonly usage: Usage | undefined };

/** What stands for an answer that a filter withheld: a text is never empty. */
export const WITHHELD = '(withheld by a content filter)';

/** Lists are cut, or refused, before what is in them is looked at: a reply of 2 MB may hold 100,000 items. */
const list = z.custom<unknown[]>(Array.isArray);
const atMost = (most: number) => list.refine(({ length }) => length <= most);
const firstOf = (most: number) => list.transform((items) => items.slice(0, most));

/** A text comes in one part, or in a few. */
const MOST_PARTS = 1000;
const part = z.looseObject({ type: z.literal('text'), text: z.string() });
const Completion = z.looseObject({
  choices: z.tuple(
    [
      z.looseObject({
        finish_reason: z.string().nullish(),
        message: z.looseObject({
          content: z.union([z.string(), atMost(MOST_PARTS).pipe(z.array(part))]).nullish(),
          refusal: z.string().nullish(),
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
 * @throws MllmFailure error-body, no-choices, wrong-types, empty
 */
export function readAnswer(json: unknown, host: string): Answer {
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
    ? message.content.map(({ text }) => text).join('')
    : message.content;
  const refused = Boolean(message.refusal) || reason === 'content_filter';
  const text = message.refusal || (content?.trim() ? content : '');
  if (!text && !refused) throw fail('empty');
  const alternatives = refused ? undefined : readFirst(logprobs, text);
  return {
    text: text || WITHHELD,
    finish: refused ? 'refused' : reason === 'length' ? 'length' : 'stop',
    ...(alternatives && { first: alternatives }),
    usage: readUsage(read.data.usage),
  };
}

const alternative = z.looseObject({ token: z.string().max(200), logprob: z.number().max(0.001) });
/** Servers tell 20 at most. */
const MOST_ALTERNATIVES = 20;
/** The first token that is not blank comes early, or is not looked for. */
const MOST_TOKENS = 16;
const Tokens = z.looseObject({
  content: firstOf(MOST_TOKENS).pipe(
    z.array(alternative.extend({ top_logprobs: firstOf(2 * MOST_ALTERNATIVES).nullish() })).min(1),
  ),
});

/**
 * The alternatives of the first token that is not blank, the likeliest first. None where that token does not begin the
 * text: then it belongs to something else, such as what a model thought before.
 */
function readFirst(logprobs: unknown, text: string): TokenAlternative[] | undefined {
  const read = Tokens.safeParse(logprobs);
  const token = read.data?.content.find((each) => each.token.trim() !== '');
  if (!token || !text.trimStart().startsWith(token.token.trimStart())) return undefined;
  const others = (token.top_logprobs ?? []).flatMap((each) => alternative.safeParse(each).data ?? []);
  // The token that was taken need not be among the likeliest.
  const all = others.some((other) => other.token === token.token) ? others : [token, ...others];
  return all
    .map((each) => ({ token: each.token, logprob: Math.min(0, each.logprob) }))
    .sort((a, b) => b.logprob - a.logprob)
    .slice(0, MOST_ALTERNATIVES);
}

const tokens = z.int().min(0).max(1e9);
const Usages = z.looseObject({ prompt_tokens: tokens, completion_tokens: tokens });

function readUsage(usage: unknown): Usage | undefined {
  const read = Usages.safeParse(usage).data;
  return read && { promptTokens: read.prompt_tokens, answerTokens: read.completion_tokens };
}
