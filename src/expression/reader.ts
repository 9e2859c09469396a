import { fileURLToPath } from 'node:url';
import { SpotterError } from '../errors.ts';
import { type TaskOptions, WORDS_DEADLINE_MS, wordThreads } from '../worker/pool.ts';
import type { ExpressionTasks } from './expression-worker.ts';
import type { FollowUp, LastTurn } from './follow-up/follow-up.ts';
import { MAX_EXPRESSION_LENGTH, type Query } from './query.ts';

/** Blanks, and how accents are written, do not matter to what is asked for. */
export const normalised = (expression: string): string =>
  expression.normalize('NFC').trim().replace(/\s+/g, ' ');

/** An expression as it is read. @throws SpotterError empty-expression, overlong-expression */
export function checked(expression: string): string {
  const text = normalised(expression);
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw new SpotterError(
      'overlong-expression',
      `The expression has ${text.length} characters; at most ${MAX_EXPRESSION_LENGTH} are read.`,
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

/** A thread with the tagger's model takes about 60 MB. */
const threads = wordThreads<ExpressionTasks>({
  source: fileURLToPath(new URL('./expression-worker.ts', import.meta.url)),
  size: 1,
  name: 'the reader of expressions',
  tooCostly: ['Reading the expression takes too long.', 'Say it in other words.'],
});

/**
 * Reads a referring expression in a thread of its own, which is ended when it takes too long.
 *
 * @example
 * const { target } = await readQuery('the white cup left of the laptop');
 * @param expression at most 500 characters, see `checked`
 * @throws SpotterError too-costly; cancelled, timed-out by the signal
 */
export const readQuery = (expression: string, { signal, asker }: TaskOptions = {}): Promise<Query> =>
  threads.run('read', expression, { deadlineMs: WORDS_DEADLINE_MS, signal, asker });

/** What a text means in view of the question before, see mergeFollowUp. @throws as `readQuery` */
export const readFollowUp = (
  text: string,
  last: LastTurn,
  { signal, asker }: TaskOptions = {},
): Promise<FollowUp> =>
  threads.run('followUp', { text, last }, { deadlineMs: WORDS_DEADLINE_MS, signal, asker });
