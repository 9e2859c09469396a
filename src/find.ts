import { SpotterError } from './errors.ts';
import { readQuery } from './language/expression-reader.ts';
import type { Query } from './language/query.ts';
import type { Picture } from './picture/picture.ts';
import type { StrategyName } from './strategy/names.ts';
import type { StrategyDeps } from './strategy/strategy.ts';
import { STRATEGIES } from './strategy/table.ts';
import { Tracer } from './trace.ts';
import { sayScaling, settle } from './verdict/settle.ts';
import type { Verdict } from './verdict/verdict.ts';

/** What one question asks: where in this picture is what the expression names? */
export interface Question {
  readonly picture: Picture;
  readonly expression: string;
  readonly signal?: AbortSignal;
  /** Who asks: when many wait, each asker gets a turn before anyone gets a second one. */
  readonly asker?: string;
}

export interface Deps extends StrategyDeps {
  /** `auto` unless told. */
  readonly strategy?: StrategyName;
}

/** Longest expression that is read, in characters. */
export const EXPRESSION_LENGTH = 500;

/**
 * Answers one question: reads the expression, and goes the way that the strategy says; src/strategy/auto.ts shows the
 * usual one.
 * @throws SpotterError empty-expression, overlong-expression, too-costly, and what the strategy throws
 */
export async function find({ picture, expression, ...options }: Question, deps: Deps): Promise<Verdict> {
  const { strategy = 'auto' } = deps;
  const tracer = new Tracer();
  const text = checked(expression);
  const query = await tracer.step('language', () => readQuery(text, options), describeQuery);
  const decision = await STRATEGIES[strategy]({ picture, expression: text, query, options }, deps, tracer);
  const scale = deps.calibration.strategies?.[strategy];
  const settled = !scale
    ? decision
    : await tracer.step('presence', () => settle(decision, scale, query), sayScaling(decision, scale));
  return { ...settled, strategy, trace: tracer.steps };
}

/** Blanks, and how accents are written, do not matter to what is asked for. */
export const normalised = (expression: string): string =>
  expression.normalize('NFC').trim().replace(/\s+/g, ' ');

/** An expression as it is read. @throws SpotterError empty-expression, overlong-expression */
export function checked(expression: string): string {
  const text = normalised(expression);
  if (text.length > EXPRESSION_LENGTH) {
    throw new SpotterError(
      'overlong-expression',
      `The expression has ${text.length} characters; at most ${EXPRESSION_LENGTH} are read.`,
      'Say it shorter: one thing, and what tells it from the others.',
    );
  }
  if (!/[\p{L}\p{N}\p{S}]/u.test(text)) {
    throw new SpotterError(
      'empty-expression',
      'There is nothing to look for.',
      'Say what you are looking for, for example "the dog on the left".',
    );
  }
  return text;
}

const describeQuery = ({ target, phrase }: Query): string =>
  [
    `looking for "${phrase}"`,
    ...target.constraints.map((k) => `${k.negated ? 'not ' : ''}${k.kind} "${k.words}"`),
  ].join('; ');
