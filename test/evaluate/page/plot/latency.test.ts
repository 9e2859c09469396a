import { describe, expect, it } from 'vitest';
import { latencyPlot } from '../../../../src/evaluate/page/charts.ts';
import { elementsOf, number, ofClass, tooltipOf } from '../markup.ts';
import { figure } from './figures.ts';

const timed = (
  percentile: number,
  route: string,
  value: number | null,
  interval: [number, number] | null = null,
) => figure(`latency p${percentile}`, route, 3, 9, { unit: 'ms', value, interval });

const plot = (...figures: ReturnType<typeof timed>[]) => elementsOf(latencyPlot(figures, 'Latency')!);

describe('latencyPlot', () => {
  const elements = plot(
    timed(50, 'all routes', 10, [10, 100]),
    timed(95, 'all routes', 1000),
    timed(50, 'route mllm', 100),
    timed(95, 'route mllm', 100),
  );
  const [p50, p95] = ['p50', 'p95'].map((name) => ofClass(elements, name));
  /** Where the values of the axis stand. */
  const axis = (ms: string) => number(ofClass(elements, 'tick').find(({ text }) => text === ms)!, 'x');

  it('puts percentiles where the logarithmic axis says that they are', () => {
    expect(number(p50![0]!, 'cx')).toBeCloseTo(axis('10'), 1);
    expect(number(p95![0]!, 'cx')).toBeCloseTo(axis('1000'), 1);
    expect(number(p50![1]!, 'cx')).toBeCloseTo((axis('10') + axis('1000')) / 2, 1);
  });

  it('joins those of a route, and keeps routes apart', () => {
    const [join] = ofClass(elements, 'join');
    expect([number(join!, 'x1'), number(join!, 'x2')]).toEqual([
      number(p50![0]!, 'cx'),
      number(p95![0]!, 'cx'),
    ]);
    expect(number(join!, 'y1')).toBe(number(p50![0]!, 'cy'));
    expect(number(p50![1]!, 'cy')).toBeGreaterThan(number(p50![0]!, 'cy'));
    expect(ofClass(elements, 'name').map(({ text }) => text)).toEqual(['all routes', 'route mllm']);
  });

  it('draws an interval as a whisker from end to end, where there is one', () => {
    const whiskers = ofClass(elements, 'whisker');
    expect(whiskers).toHaveLength(3);
    expect(number(whiskers[0]!, 'x1')).toBeCloseTo(axis('10'), 1);
    expect(number(whiskers[0]!, 'x2')).toBeCloseTo(axis('100'), 1);
    expect(tooltipOf(elements, p50![0]!)).toBe('all routes, latency p50: 10 [10, 100] 3/9 ms');
  });

  it('draws answers that took no time', () => {
    const [instant] = ofClass(plot(timed(50, 'all routes', 0), timed(95, 'all routes', 5)), 'p50');
    expect(number(instant!, 'cx')).toBeGreaterThanOrEqual(0);
  });

  it('is not there without answers', () => {
    expect(latencyPlot([timed(50, 'all routes', null)], '')).toBeUndefined();
  });
});
