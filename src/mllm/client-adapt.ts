import type { MllmFailure } from './client-failure.ts';
import type { Body } from './client-request.ts';

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
};

/** How servers say that it is about a parameter itself, and not about what is asked. */
const UNWANTED =
  /unsupported|not support|unrecogni[sz]ed|unknown|not (?:be )?(?:permitted|allowed)|extra (?:inputs|fields)|only the default|unexpected|does not accept/i;
const TOO_MANY = /must be|at most|between|less than|greater than|maximum|exceed/i;

/** Of more, something else is wrong. */
const MOST = 6;

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
 * answer: a new model that takes no temperature, a proxy that knows no logprobs.
 */
export function createAdapter(): Adapter {
  const refused: string[] = [];
  return {
    adapt: (body) => ({
      body: refused.reduce((fitting, name) => (name in fitting ? REMEDIES[name]!(fitting) : fitting), body),
      learnt: refused.length,
    }),
    learn(failure, { body, learnt }) {
      // Another question, asked at the same time, has learnt something meanwhile: maybe this.
      if (learnt < refused.length) return true;
      const name = parameterOf(failure, body);
      if (name === undefined || refused.length >= MOST) return false;
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
  if (UNWANTED.test(said) || (name === 'top_logprobs' && TOO_MANY.test(said))) return name;
  return undefined;
}
