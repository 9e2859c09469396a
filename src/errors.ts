/**
 * What can go wrong in front of a person. The codes are stable: scripts and dashboards may rely on them.
 * Exit codes of the command line follow sysexits where one fits.
 */
export const ERROR_CODES = {
  'no-picture': 'There is no picture to look at.',
  'not-found': 'The file does not exist or cannot be read.',
  'empty-file': 'The file is empty.',
  'not-a-picture': 'The file is not a picture.',
  'unsupported-picture': 'This kind of picture cannot be read.',
  'broken-picture': 'The picture is damaged and cannot be decoded.',
  'too-many-bytes': 'The file is too large.',
  'too-many-pixels': 'The picture has too many pixels.',
  'too-small': 'The picture is too small to see anything in it.',
  'too-costly': 'Reading it takes too much time or memory.',
  'empty-expression': 'There is nothing to look for.',
  'overlong-expression': 'The expression is too long.',
  'bad-pick': 'There is no candidate with that number.',
  'bad-usage': 'The command was not understood.',
  'bad-data': 'Nothing in the file can be used.',
  'detector-down': 'The detector is not available.',
  'no-worker': 'No worker is there to look at the picture.',
  'queue-down': 'The queue of the workers is not available.',
  'model-missing': 'The weights of the detector are missing or not the expected ones.',
  'model-unfit': 'The model is not what its detector can run.',
  'unknown-model': 'There is no model of that name.',
  'licence-not-accepted': "The model's licence has not been accepted.",
  'bad-link': 'The link cannot be used.',
  'forbidden-address': 'The link leads to where Spotter does not go.',
  'link-expired': 'The link has expired.',
  'link-failed': 'The picture could not be fetched from its link.',
  'web-page': 'The link leads to a web page, not to a picture.',
  'download-failed': 'The model could not be downloaded.',
  'no-space': 'There is not enough space on the disk.',
  'mllm-down': 'The language model is not available.',
  'mllm-refused': 'The language model does not accept the request.',
  'memory-down': 'The memory is not available.',
  'bad-config': 'A setting cannot be used.',
  'not-allowed': 'This is not allowed here.',
  'rate-limited': 'Too much was asked in a short time.',
  busy: 'Too many questions are waiting.',
  'timed-out': 'The question took too long.',
  cancelled: 'The question was cancelled.',
  'cannot-reply': 'The answer could not be posted.',
  'cannot-write': 'The answer could not be written.',
  internal: 'Something went wrong inside Spotter.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A failure that a person can be told about: a stable code, one sentence, and what to do next. */
export class SpotterError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string = ERROR_CODES[code], hint = '', cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SpotterError';
    this.code = code;
    this.hint = hint;
  }

  toJSON(): { code: ErrorCode; message: string; hint: string } {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

/** Any thrown value as a SpotterError; what was not foreseen becomes `internal` and keeps its cause. */
export function asSpotterError(thrown: unknown): SpotterError {
  if (thrown instanceof SpotterError) return thrown;
  const hint = `Please report this: ${messageOf(thrown)}`;
  return new SpotterError('internal', ERROR_CODES.internal, hint, thrown);
}

/** Whether a platform refused to say something for us: another attempt would be as useless. */
export const isRefused = (thrown: unknown): boolean =>
  thrown instanceof SpotterError && thrown.code === 'cannot-reply';

/** What any thrown value says. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
