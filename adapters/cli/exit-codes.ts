import type { ErrorCode } from '../../src/errors.ts';
import type { Outcome } from '../../src/verdict/verdict.ts';

/** What the shell sees of an answer. */
export const OUTCOME_EXIT = {
  found: 0,
  'not-present': 1,
  undecided: 2,
} as const satisfies Record<Outcome, number>;

/** What the shell sees of a failure: the numbers of sysexits.h where one fits. Stable, see docs/cli.md. */
export const ERROR_EXIT = {
  'bad-usage': 64,
  'empty-expression': 64,
  'overlong-expression': 64,
  'bad-pick': 64,
  'bad-link': 64,
  'unknown-model': 64,
  'empty-file': 65,
  'not-a-picture': 65,
  'unsupported-picture': 65,
  'broken-picture': 65,
  'too-many-bytes': 65,
  'too-many-pixels': 65,
  'too-small': 65,
  'too-costly': 65,
  'web-page': 65,
  'no-picture': 66,
  'not-found': 66,
  'link-expired': 66,
  'detector-down': 69,
  'model-missing': 69,
  'model-unfit': 69,
  'download-failed': 69,
  'link-failed': 69,
  'mllm-down': 69,
  'mllm-refused': 69,
  'memory-down': 69,
  internal: 70,
  'cannot-write': 73,
  'no-space': 73,
  busy: 75,
  'timed-out': 75,
  'rate-limited': 75,
  'not-allowed': 77,
  'forbidden-address': 77,
  'cannot-reply': 77,
  'licence-not-accepted': 77,
  'bad-config': 78,
  cancelled: 130,
} as const satisfies Record<ErrorCode, number>;

/** Of `doctor` when something is amiss. */
export const UNWELL_EXIT = 69;

/** Signals that end a command in good order, and what the shell then sees. */
export const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
