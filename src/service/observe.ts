import type { ChatEvent } from '../chat/deps.ts';
import { asSpotterError, type ErrorCode } from '../errors.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

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
  answered({ platform, ms, verdict }, log, metrics) {
    const { outcome, route, strategy, presence, cost, degraded = false, trace } = verdict;
    metrics.ended(platform, ms / 1000, { outcome, route, cost });
    const steps = Object.fromEntries(trace.map((step) => [step.name, Math.round(step.ms)]));
    log.info(
      { platform, ms: Math.round(ms), outcome, route, strategy, presence, degraded, cost, steps },
      'answered',
    );
    log.debug({ platform, verdict }, 'the answer');
  },
  failed({ platform, ms, error }, log, metrics) {
    const { code } = asSpotterError(error);
    metrics.ended(platform, ms / 1000, { code });
    const fields = { platform, ms: Math.round(ms), code };
    if (ORDINARY.has(code)) log.info(fields, 'refused');
    else log.error({ ...fields, err: error }, 'failed');
  },
  'not-said'({ platform, error }, log, metrics) {
    const { code } = asSpotterError(error);
    metrics.notSaid(platform, code);
    log.warn({ platform, code, err: error }, 'could not reply');
  },
};
