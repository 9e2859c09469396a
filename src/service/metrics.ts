import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ChatEvent } from '../chat/context.ts';
import { asSpotterError, ERROR_CODES, type ErrorCode } from '../errors.ts';
import { type Cost, type Outcome, type QuestionAnswer, ROUTES, type Route } from '../verdict.ts';
import type { Log } from './log.ts';

/** Below them are the three seconds that platforms give for acknowledging. */
const HEARD_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3];
const ANSWER_BUCKETS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120];
const WAIT_BUCKETS = [0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120];

export interface MetricsOptions {
  /** Those that may be named; every other one is "other". */
  readonly platforms: readonly string[];
  /** Asked whenever somebody reads the metrics. */
  readonly admission?: { readonly waiting: number; readonly running: number };
}

/** How a question ended: answered, or with an error. */
export type End =
  | {
      readonly outcome: Outcome;
      readonly route: Route;
      readonly cost: Cost;
      /** What was asked about the thing, where that was a question. */
      readonly kind?: QuestionAnswer['kind'] | undefined;
    }
  | { readonly code: ErrorCode };

/** Counts what happens. No label has a value that somebody else chooses. Times are in seconds. */
export interface Metrics {
  /** Somebody was told that they were heard. */
  heard(platform: string, seconds: number): void;
  ended(platform: string, seconds: number, end: End): void;
  repeated(platform: string): void;
  waited(seconds: number): void;
  downloaded(bytes: number): void;
  notSaid(platform: string, code: ErrorCode): void;
  /** A promise rejection that no code catches. */
  unhandled(): void;
  /** For others that count, too. */
  readonly register: Registry;
  readonly contentType: string;
  /** In Prometheus' text format. */
  text(): Promise<string>;
}

export function createMetrics({ platforms, admission }: MetricsOptions): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const registers = [register];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `spotter_${name}`, help, labelNames, registers });
  const histogram = <L extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly L[] = [],
  ) => new Histogram({ name: `spotter_${name}`, help, buckets, labelNames, registers });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `spotter_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });

  const questions = counter('questions_total', 'Questions, by how they ended.', [
    ...(['platform', 'outcome', 'route', 'code'] as const),
  ]);
  const kinds = counter('kinds_total', 'Answers, by what was asked.', ['kind', 'outcome']);
  const repeats = counter('repeated_events_total', 'Events that came again.', ['platform']);
  const acknowledged = histogram(
    'acknowledge_seconds',
    'Until somebody is told that they were heard.',
    HEARD_BUCKETS,
    ['platform'],
  );
  const answers = histogram('answer_seconds', 'Until the answer or the error is sent.', ANSWER_BUCKETS, [
    'platform',
  ]);
  const waits = histogram('queue_wait_seconds', 'Until it is a question’s turn.', WAIT_BUCKETS);
  gauge('queue_length', 'Questions that wait.', () => admission?.waiting ?? 0);
  gauge('in_flight', 'Questions that are being answered.', () => admission?.running ?? 0);
  const calls = counter('mllm_calls_total', 'Requests to the language model.');
  const tokens = counter('mllm_tokens_total', 'Tokens that it read and wrote.', ['kind']);
  const dollars = counter('mllm_dollars_total', 'What that cost, where prices are known.');
  const bytes = counter('download_bytes_total', 'Bytes of pictures that were fetched.');
  const unsaid = counter('replies_failed_total', 'Replies that could not be sent.', ['platform', 'code']);

  const unhandled = counter('unhandled_rejections_total', 'Promise rejections that no code catches.');

  const known = new Set(platforms);
  const named = (platform: string): string => (known.has(platform) ? platform : 'other');
  const coded = (code: ErrorCode): string => (Object.hasOwn(ERROR_CODES, code) ? code : 'internal');
  return {
    heard: (platform, seconds) => acknowledged.observe({ platform: named(platform) }, seconds),
    ended(platform, seconds, end) {
      const at = { platform: named(platform) };
      answers.observe(at, seconds);
      if ('code' in end) {
        questions.inc({ ...at, outcome: 'error', route: 'none', code: coded(end.code) });
        return;
      }
      const { outcome, route, cost, kind = 'expression' } = end;
      kinds.inc({ kind, outcome });
      questions.inc({ ...at, outcome, route: ROUTES.includes(route) ? route : 'none', code: 'none' });
      // Whoever chooses a candidate is given the former answer again, with what that one cost.
      if (route === 'picked') return;
      calls.inc(cost.calls);
      tokens.inc({ kind: 'prompt' }, cost.promptTokens);
      tokens.inc({ kind: 'answer' }, cost.answerTokens);
      dollars.inc(cost.dollars ?? 0);
    },
    repeated: (platform) => repeats.inc({ platform: named(platform) }),
    waited: (seconds) => waits.observe(seconds),
    downloaded: (count) => bytes.inc(count),
    notSaid: (platform, code) => unsaid.inc({ platform: named(platform), code: coded(code) }),
    unhandled: () => unhandled.inc(),
    register,
    contentType: register.contentType,
    text: () => register.metrics(),
  };
}

/** What a person did wrong, or can wait for: no trouble of whoever runs the bot. */
const ORDINARY: ReadonlySet<ErrorCode> = new Set([
  ...(['no-picture', 'empty-file', 'not-a-picture', 'unsupported-picture', 'broken-picture'] as const),
  ...([
    'too-many-bytes',
    'too-many-pixels',
    'too-small',
    'too-costly',
    'empty-expression',
    'overlong-expression',
  ] as const),
  ...(['link-expired', 'link-failed', 'bad-link', 'forbidden-address', 'web-page', 'timed-out'] as const),
  ...(['bad-pick', 'not-allowed', 'rate-limited', 'busy', 'cancelled'] as const),
]);

/** Writes and counts what happens in the conversation. Never throws. */
export function createObserver({ log, metrics }: { readonly log: Log; readonly metrics: Metrics }) {
  return (event: ChatEvent): void => SEEN[event.kind](event as never, log, metrics);
}

type Seen = {
  readonly [K in ChatEvent['kind']]: (
    event: Extract<ChatEvent, { readonly kind: K }>,
    log: Log,
    metrics: Metrics,
  ) => void;
};

const SEEN: Seen = {
  heard({ platform, ms }, log, metrics) {
    metrics.heard(platform, ms / 1000);
    log.debug({ platform, ms: Math.round(ms) }, 'heard');
  },
  repeated({ platform }, log, metrics) {
    metrics.repeated(platform);
    log.debug({ platform }, 'repeated');
  },
  answered({ platform, question, ms, verdict }, log, metrics) {
    const { outcome, route, strategy, presence, cost, degraded = false, trace } = verdict;
    const kind = verdict.question?.kind;
    metrics.ended(platform, ms / 1000, { outcome, route, cost, kind });
    const steps = Object.fromEntries(trace.map((step) => [step.name, Math.round(step.ms)]));
    log.info(
      {
        platform,
        question,
        ms: Math.round(ms),
        outcome,
        kind,
        route,
        strategy,
        presence,
        degraded,
        cost,
        steps,
      },
      'answered',
    );
    log.debug({ platform, verdict }, 'the answer');
  },
  failed({ platform, question, ms, error }, log, metrics) {
    const { code } = asSpotterError(error);
    metrics.ended(platform, ms / 1000, { code });
    const fields = { platform, question, ms: Math.round(ms), code };
    if (ORDINARY.has(code)) log.info(fields, 'refused');
    else log.error({ ...fields, err: error }, 'failed');
  },
  'not-said'({ platform, error }, log, metrics) {
    const { code } = asSpotterError(error);
    metrics.notSaid(platform, code);
    log.warn({ platform, code, err: error }, 'could not reply');
  },
};
