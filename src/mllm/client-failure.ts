import { type ErrorCode, SpotterError } from '../errors.ts';

interface Kind {
  readonly code: ErrorCode;
  /** Whether trying again may help. */
  readonly retry: boolean;
  /** Whether it says that the endpoint is not well, for the circuit breaker. */
  readonly sick: boolean;
  /** What comes after "The language model at HOST". */
  readonly said: string;
  readonly hint: string;
}

const down = (said: string, hint: string, more: Partial<Kind> = {}): Kind => ({
  ...{ code: 'mllm-down', retry: false, sick: true, said, hint },
  ...more,
});
const refused = (said: string, hint: string): Kind => ({
  ...{ code: 'mllm-refused', retry: false, sick: false, said, hint },
});

const NOT_OURS = 'Check the base URL: it usually ends in "/v1".';
const NOT_COMPATIBLE = 'It is not, or not now, an OpenAI-compatible server.';

/** Everything that can go wrong between us and a language model. */
export const FAILURES = {
  connection: down('cannot be reached', 'Check that it runs, and the base URL.', { retry: true }),
  stalled: down('did not answer in time', 'Try again later, or allow it more time.', { retry: true }),
  overloaded: down('is overloaded or failing', 'Try again later.', { retry: true }),
  resting: down('has failed too often and is left alone', 'Try again later.', { sick: false }),
  redirect: refused('wants to send us elsewhere, which is not followed', NOT_OURS),
  key: refused('does not accept the key', 'Check OPENAI_API_KEY.'),
  quota: refused('says that what was paid for is used up', 'Check the account of the key.'),
  'unknown-model': refused(
    'does not know the model, or not this address',
    `Check the name of the model. ${NOT_OURS}`,
  ),
  request: refused('does not accept the request', 'The profile may not fit: see "spotter doctor".'),
  html: down('answered with a web page', NOT_OURS),
  'not-json': down('answered with something that is not JSON', NOT_OURS),
  'error-body': down('answered with an error instead of a completion', 'Try again later.'),
  'no-choices': down('answered without a completion', NOT_COMPATIBLE),
  'wrong-types': down('answered in a form that is not OpenAI-compatible', NOT_COMPATIBLE),
  'too-large': down('answered with more than is read', NOT_COMPATIBLE),
  empty: down('answered with nothing', 'Allow it more tokens, or take another model.', { sick: false }),
} as const satisfies Record<string, Kind>;
export type FailureKind = keyof typeof FAILURES;

export interface FailureDetails {
  /** "host:port", never the whole address: it may carry a secret. */
  readonly host: string;
  /** What the server or the system said, free of secrets. */
  readonly detail?: string;
  readonly status?: number;
  /** What the server wants us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** OpenAI's code and parameter of an error: "content_filter", "temperature". */
  readonly apiCode?: string;
  readonly param?: string;
  /** How often it was tried. */
  readonly tries?: number;
}

/**
 * What went wrong with a language model: `mllm-down` or `mllm-refused`, and of which kind. It has no `cause`: what the
 * client throws may carry headers, and with them the key.
 */
export class MllmFailure extends SpotterError {
  readonly kind: FailureKind;
  readonly details: FailureDetails;

  constructor(kind: FailureKind, details: FailureDetails) {
    const { code, said, hint }: Kind = FAILURES[kind];
    const { host, detail, status, tries = 1 } = details;
    const how = status === undefined ? '' : ` (HTTP ${status})`;
    super(
      code,
      `The language model at ${host} ${said}${how}.`,
      [detail && `It says: ${sentence(detail)}`, tries > 1 && `Tried ${tries} times.`, hint]
        .filter(Boolean)
        .join(' '),
    );
    this.name = 'MllmFailure';
    this.kind = kind;
    this.details = details;
  }

  get retry(): boolean {
    return FAILURES[this.kind].retry;
  }

  get sick(): boolean {
    return FAILURES[this.kind].sick;
  }

  /** The same, saying how often it was tried. */
  after(tries: number): MllmFailure {
    return new MllmFailure(this.kind, { ...this.details, tries });
  }
}

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
