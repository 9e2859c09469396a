import { SpotterError } from './errors.ts';
import type { Query } from './language/query.ts';
import { readExpression } from './language/read.ts';
import type { Picture } from './picture/picture.ts';
import { ground } from './reasoning/ground.ts';
import { sight } from './reasoning/sighting.ts';
import type { Specialist } from './specialist/specialist.ts';
import { Tracer } from './trace.ts';
import type { Calibration } from './verdict/calibration.ts';
import { decide } from './verdict/decide.ts';
import type { Verdict } from './verdict/verdict.ts';

/** What one question asks: where in this picture is what the expression names? */
export interface Question {
  readonly picture: Picture;
  readonly expression: string;
  readonly signal?: AbortSignal;
  /** Who asks: when many wait, each asker gets a turn before anyone gets a second one. */
  readonly asker?: string;
}

export interface Deps {
  readonly specialist: Specialist;
  readonly calibration: Calibration;
}

/** Longest expression that is read, in characters. */
export const EXPRESSION_LENGTH = 500;

/**
 * The whole way of one question: read the expression, let the specialist propose regions for all its nouns,
 * reason about them, decide.
 * @throws SpotterError empty-expression, overlong-expression, and what the specialist throws
 */
export async function find({ picture, expression, ...options }: Question, deps: Deps): Promise<Verdict> {
  const { specialist, calibration } = deps;
  const tracer = new Tracer();
  const query = await tracer.step('language', () => readExpression(checked(expression)), describeQuery);
  const scene = await tracer.step(
    'specialist',
    () => sight(query, picture, specialist, options),
    ({ seen }) => `${specialist.id} is sure of ${seen.length} things`,
  );
  const candidates = await tracer.step(
    'reasoning',
    () => ground(query.target, scene),
    (found) => `${found.length} candidates`,
  );
  const decision = await tracer.step(
    'verdict',
    () => decide(query, candidates, scene, calibration),
    ({ sentence }) => sentence,
  );
  return { ...decision, trace: tracer.steps };
}

/** @throws SpotterError empty-expression, overlong-expression */
export function checked(expression: string): string {
  const text = expression.trim();
  if (!/[\p{L}\p{N}\p{S}]/u.test(text)) {
    throw new SpotterError(
      'empty-expression',
      'There is nothing to look for.',
      'Say what you are looking for, for example "the dog on the left".',
    );
  }
  if (text.length > EXPRESSION_LENGTH) {
    throw new SpotterError(
      'overlong-expression',
      `The expression has ${text.length} characters; at most ${EXPRESSION_LENGTH} are read.`,
      'Say it shorter: one thing, and what tells it from the others.',
    );
  }
  return text;
}

const describeQuery = ({ target, phrase }: Query): string =>
  [
    `looking for "${phrase}"`,
    ...target.constraints.map((k) => `${k.negated ? 'not ' : ''}${k.kind} "${k.words}"`),
  ].join('; ');
