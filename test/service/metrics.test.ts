import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorCode, SpotterError } from '../../src/errors.ts';
import { createMetrics, createObserver } from '../../src/service/metrics.ts';
import { createQueueMetrics } from '../../src/service/queue-metrics.ts';
import { ROUTES, type Verdict } from '../../src/verdict.ts';
import { ROOT, read } from '../project/sources.ts';
import { logging } from './logging.ts';
import { workerMetrics } from './worker-metrics.ts';

const VERDICT: Verdict = {
  ...{ outcome: 'found', candidates: [], considered: [], presence: 0.9, right: 0.8 },
  ...{ sentence: 'Found the red bus.', unresolved: [], strategy: 'auto', route: 'mllm' },
  cost: { calls: 2, promptTokens: 1310, answerTokens: 4, ms: 850, dollars: 0.0033 },
  trace: [{ name: 'language', ms: 1.2, said: 'a red bus' }],
};

function observed(admission = { waiting: 0, running: 0 }) {
  const metrics = createMetrics({ platforms: ['discord', 'slack'], admission });
  const written = logging({ level: 'debug' });
  const observe = createObserver({ log: written.log, metrics });
  const lines = async () => (await metrics.text()).split('\n').filter((line) => /^spotter_/.test(line));
  return { metrics, observe, lines, written };
}

describe('metrics', () => {
  it('count an answer, what it took and how long', async () => {
    const { observe, lines } = observed();
    observe({ kind: 'heard', platform: 'discord', ms: 40 });
    observe({ kind: 'answered', platform: 'discord', question: 'q1', ms: 2400, verdict: VERDICT });
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'spotter_questions_total{platform="discord",outcome="found",route="mllm",code="none"} 1',
        'spotter_kinds_total{kind="expression",outcome="found"} 1',
        'spotter_acknowledge_seconds_bucket{le="0.025",platform="discord"} 0',
        'spotter_acknowledge_seconds_bucket{le="0.05",platform="discord"} 1',
        'spotter_answer_seconds_sum{platform="discord"} 2.4',
        'spotter_mllm_calls_total 2',
        'spotter_mllm_tokens_total{kind="prompt"} 1310',
        'spotter_mllm_tokens_total{kind="answer"} 4',
        'spotter_mllm_dollars_total 0.0033',
      ]),
    );
  });

  it('count what was asked', async () => {
    const { observe, lines } = observed();
    const verdict: Verdict = { ...VERDICT, question: { kind: 'count', value: 2 } };
    observe({ kind: 'answered', platform: 'slack', question: 'q1', ms: 5, verdict });
    expect(await lines()).toContain('spotter_kinds_total{kind="count",outcome="found"} 1');
  });

  it('count the cost of an answer once, though a candidate of it is chosen', async () => {
    const { observe, lines } = observed();
    const event = { kind: 'answered', platform: 'slack', question: 'q1', ms: 5 } as const;
    observe({ ...event, verdict: { ...VERDICT, outcome: 'undecided' } });
    observe({ ...event, verdict: { ...VERDICT, route: 'picked' } });
    const all = await lines();
    expect(all).toContain('spotter_mllm_calls_total 2');
    expect(all).toContain(
      'spotter_questions_total{platform="slack",outcome="found",route="picked",code="none"} 1',
    );
  });

  it('count failures by their codes, repetitions, downloads and what could not be said', async () => {
    const { observe, metrics, lines } = observed();
    const error = new SpotterError('rate-limited');
    observe({ kind: 'failed', platform: 'slack', question: 'q1', ms: 10, error });
    observe({ kind: 'failed', platform: 'slack', question: 'q1', ms: 10, error: new TypeError('x') });
    observe({ kind: 'repeated', platform: 'slack' });
    observe({ kind: 'not-said', platform: 'slack', error: new SpotterError('cannot-write') });
    metrics.downloaded(1000);
    metrics.downloaded(24);
    metrics.waited(1.5);
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'spotter_questions_total{platform="slack",outcome="error",route="none",code="rate-limited"} 1',
        'spotter_questions_total{platform="slack",outcome="error",route="none",code="internal"} 1',
        'spotter_repeated_events_total{platform="slack"} 1',
        'spotter_replies_failed_total{platform="slack",code="cannot-write"} 1',
        'spotter_download_bytes_total 1024',
        'spotter_queue_wait_seconds_sum 1.5',
      ]),
    );
  });

  it('ask for the length of the line when they are read', async () => {
    const admission = { waiting: 3, running: 2 };
    const { lines } = observed(admission);
    expect(await lines()).toEqual(expect.arrayContaining(['spotter_queue_length 3', 'spotter_in_flight 2']));
    admission.waiting = 0;
    expect(await lines()).toContain('spotter_queue_length 0');
  });

  it('have no more values of labels than there are names, whatever comes', async () => {
    const { observe, lines } = observed();
    const events = fc.record({
      platform: fc.string(),
      code: fc.oneof(fc.string(), fc.constantFrom(...Object.keys(ERROR_CODES))),
      route: fc.oneof(fc.string(), fc.constantFrom(...ROUTES)),
    });
    const property = fc.property(events, ({ platform, code, route }) => {
      const error = Object.assign(new SpotterError('internal'), { code });
      observe({ kind: 'failed', platform, question: 'q1', ms: 1, error });
      observe({ kind: 'not-said', platform, error });
      observe({
        kind: 'answered',
        platform,
        question: 'q1',
        ms: 1,
        verdict: { ...VERDICT, route } as Verdict,
      });
    });
    fc.assert(property, { numRuns: 300 });
    const values = (label: string, all: readonly string[]) =>
      new Set(all.flatMap((line) => new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1] ?? []));
    const all = await lines();
    expect(values('platform', all)).toEqual(new Set(['other']));
    const codes = new Set<string>([...Object.keys(ERROR_CODES), 'none']);
    expect([...values('code', all)].filter((code) => !codes.has(code))).toEqual([]);
    expect([...values('route', all)].filter((route) => ![...ROUTES, 'none'].includes(route))).toEqual([]);
  });

  it('of the process come with them, and two of them do not mix', async () => {
    const [a, b] = [observed(), observed()];
    a.metrics.downloaded(5);
    expect(await a.metrics.text()).toContain('process_resident_memory_bytes');
    expect(await a.metrics.text()).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(await b.metrics.text()).toContain('spotter_download_bytes_total 0');
  });

  it('keep no process alive', () => {
    const script = join(ROOT, 'test/service/metrics-only.ts');
    const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'bin/run.js'), script], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect([status, stdout]).toEqual([0, 'done\n']);
  });

  it('are the ones that docs/operation.md tells of', async () => {
    const { metrics } = observed();
    createQueueMetrics(metrics.register);
    const named = [...read('docs/operation.md').matchAll(/^\| `(spotter_\w+)`/gm)].map((m) => m[1]!);
    const texts = (await metrics.text()) + (await workerMetrics().text());
    const told = [...texts.matchAll(/^# TYPE (spotter_\w+)/gm)].map((m) => m[1]!);
    expect(named.sort()).toEqual(told.sort());
  });
});

describe('what is observed', () => {
  it('is written without what was asked', () => {
    const { observe, written } = observed();
    observe({ kind: 'answered', platform: 'discord', question: 'q1', ms: 2400.4, verdict: VERDICT });
    expect(JSON.parse(written.lines[0]!)).toMatchObject({
      ...{
        level: 'info',
        msg: 'answered',
        platform: 'discord',
        question: 'q1',
        ms: 2400,
        outcome: 'found',
        route: 'mllm',
      },
      ...{ strategy: 'auto', presence: 0.9, degraded: false, steps: { language: 1 } },
      cost: { calls: 2, promptTokens: 1310, answerTokens: 4, ms: 850, dollars: 0.0033 },
    });
    expect(written.lines[0]).not.toContain('red bus');
    expect(written.last()).toMatchObject({ level: 'debug', verdict: { sentence: 'Found the red bus.' } });
  });

  it.each([
    ['rate-limited', 'info'],
    ['not-a-picture', 'info'],
    ['detector-down', 'error'],
    ['internal', 'error'],
  ] as const)('of a failure "%s" is of level %s', (code: ErrorCode, level) => {
    const { observe, written } = observed();
    observe({ kind: 'failed', platform: 'discord', question: 'q1', ms: 5, error: new SpotterError(code) });
    expect(written.last()).toMatchObject({ level, code });
    expect('err' in written.last()).toBe(level === 'error');
  });
});
