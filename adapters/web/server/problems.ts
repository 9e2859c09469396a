import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { asSpotterError, type ErrorCode, SpotterError } from '../../../src/errors.ts';

/** The status that each error is answered with. Stable, see docs/api.md. */
export const STATUS = {
  'bad-usage': 400,
  'bad-link': 400,
  'bad-pick': 400,
  'no-picture': 400,
  'empty-expression': 422,
  'overlong-expression': 422,
  'empty-file': 422,
  'not-a-picture': 415,
  'unsupported-picture': 415,
  'broken-picture': 422,
  'too-many-bytes': 413,
  'too-many-pixels': 413,
  'too-small': 422,
  'too-costly': 422,
  'bad-data': 422,
  'web-page': 422,
  'forbidden-address': 403,
  'not-allowed': 403,
  'not-found': 404,
  'unknown-model': 404,
  'link-expired': 424,
  'link-failed': 424,
  'rate-limited': 429,
  cancelled: 499,
  'mllm-down': 502,
  'mllm-refused': 502,
  busy: 503,
  'detector-down': 503,
  'memory-down': 503,
  'no-worker': 503,
  'queue-down': 503,
  'timed-out': 504,
  'model-missing': 501,
  'model-unfit': 501,
  'licence-not-accepted': 501,
  'bad-config': 501,
  'download-failed': 502,
  'no-space': 507,
  'cannot-reply': 500,
  'cannot-write': 500,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** RFC 9457, with the stable code and what to do next. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
}

const PROBLEM_TYPE = 'application/problem+json';

/** Seconds after which what was refused for being too much is worth another try. */
const RETRY_AFTER = 10;

/** What an error is told as; nothing of what was not foreseen gets out. @param status another one than is usual */
export function problemOf(thrown: unknown, status?: number): Problem {
  const { code, message, hint } = asSpotterError(thrown);
  return {
    type: `urn:spotter:problem:${code}`,
    title: message,
    status: status ?? STATUS[code],
    code,
    detail: code === 'internal' ? 'It has been noted. Try again, or ask another way.' : brief(hint),
  };
}

/** What is wrong may quote what was sent, however long that is. */
const MAX_DETAIL = 300;
const brief = (text: string): string => (text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)} …` : text);

export function answerProblem(c: Context, thrown: unknown, status?: number): Response {
  const problem = problemOf(thrown, status);
  const isTooMuch = problem.status === 429 || problem.status === 503;
  if (isTooMuch) c.header('retry-after', String(RETRY_AFTER));
  return c.body(JSON.stringify(problem), problem.status as ContentfulStatusCode, {
    'content-type': PROBLEM_TYPE,
  });
}

/** Answers whatever is thrown; `onTrouble` is told what could not be foreseen. */
export const problemsFor =
  (onTrouble: (thrown: unknown) => void) =>
  (thrown: unknown, c: Context): Response => {
    // What Hono throws says what cannot be read of a request.
    if (thrown instanceof HTTPException)
      return answerProblem(
        c,
        thrown.status === 415 ? noForm() : badInput([{ path: [], message: thrown.message }]),
      );
    if (!(thrown instanceof SpotterError)) onTrouble(thrown);
    return answerProblem(c, thrown);
  };

export const noForm = (): SpotterError =>
  new SpotterError(
    'bad-usage',
    'The request has neither JSON nor a form.',
    'Send it as application/json or as multipart/form-data.',
  );

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The first thing that is wrong, in one sentence. */
export function badInput([issue]: readonly Issue[]): SpotterError {
  const where = issue?.path.map(String).join('.');
  return new SpotterError(
    'bad-usage',
    'The request cannot be understood.',
    [where, issue?.message].filter(Boolean).join(': '),
  );
}

export const noSuch = (what: string, hint: string): SpotterError =>
  new SpotterError('not-found', `There is no such ${what}, or it is no longer kept.`, hint);
