import { describe, expect, it } from 'vitest';
import { reliability } from '../../../../src/evaluate/metrics/curves.ts';
import { formatBin, reliabilityPlot } from '../../../../src/evaluate/page/charts.ts';
import { elementsOf, number, ofClass, tickAt, tooltipOf } from '../markup.ts';

/** Two of four said .2 come true, and of one hundred said .8 all do. */
const BINS = reliability([
  ...[true, true, false, false].map((was) => ({ said: 0.2, was, image: 0 })),
  ...Array.from({ length: 100 }, () => ({ said: 0.8, was: true, image: 0 })),
]);

describe('reliabilityPlot', () => {
  const elements = elementsOf(reliabilityPlot({ id: 'calibration', title: 'Calibration', bins: BINS }));
  const [zero, one] = [tickAt(elements, '0', 'y'), tickAt(elements, '1', 'y')];
  const points = ofClass(elements, 'disc');

  it('puts a bin where what it said meets what came true, and leaves out empty ones', () => {
    expect(points).toHaveLength(2);
    expect(number(points[0]!, 'cy')).toBeCloseTo((zero + one) / 2, 1);
    expect(number(points[1]!, 'cy')).toBeCloseTo(one, 1);
    const [chance] = ofClass(elements, 'chance');
    const [left, right] = [number(chance!, 'x1'), number(chance!, 'x2')];
    expect(number(points[0]!, 'cx')).toBeCloseTo(left + 0.2 * (right - left), 1);
    expect(number(points[1]!, 'cx')).toBeCloseTo(left + 0.8 * (right - left), 1);
  });

  it('shows below how many answers are in each bin, the largest being the highest', () => {
    const bars = ofClass(elements, 'bar');
    expect(bars).toHaveLength(2);
    expect(number(bars[0]!, 'height') / number(bars[1]!, 'height')).toBeCloseTo(0.04, 2);
    expect(number(bars[0]!, 'y') + number(bars[0]!, 'height')).toBeCloseTo(
      number(bars[1]!, 'y') + number(bars[1]!, 'height'),
      1,
    );
    expect(number(bars[1]!, 'y')).toBeGreaterThan(zero);
    const counts = elements.filter(({ name, text }) => name === 'text' && ['4', '100'].includes(text));
    expect(counts).toHaveLength(2);
  });

  it('says all in words', () => {
    const words = 'said .2 to .3 (.200 on average), came true .500, 4 answers';
    expect(tooltipOf(elements, points[0]!)).toBe(words);
    expect(elements.find(({ name }) => name === 'desc')!.text).toBe(`${words}; ${formatBin(BINS[8]!)}`);
  });

  it('has an interval at each bin, and no line across empty ones', () => {
    const whiskers = ofClass(elements, 'whisker').filter((e) => e.attributes.x1 === e.attributes.x2);
    expect(whiskers).toHaveLength(2);
    // Wilson's of 2 of 4.
    const [low, high] = [0.15, 0.85].map((share) => zero + share * (one - zero));
    expect(number(whiskers[0]!, 'y1')).toBeCloseTo(low!, 1);
    expect(number(whiskers[0]!, 'y2')).toBeCloseTo(high!, 1);
    // Bins .2 and .8 are apart: neither is joined with the other.
    expect(ofClass(elements, 'curve').map(({ attributes }) => attributes.d!.includes('L'))).toEqual([
      false,
      false,
    ]);
    const next = [0.2, 0.3, 0.8].map((said) => ({ said, was: true, image: 0 }));
    const joined = elementsOf(reliabilityPlot({ id: 'j', title: 'J', bins: reliability(next) }));
    expect(ofClass(joined, 'curve').map(({ attributes }) => attributes.d!.includes('L'))).toEqual([
      true,
      false,
    ]);
  });

  it('can be drawn of nothing', () => {
    const empty = elementsOf(reliabilityPlot({ id: 'c', title: 'C', bins: reliability([]) }));
    expect(ofClass(empty, 'bar')).toEqual([]);
    expect(ofClass(empty, 'curve')[0]!.attributes.d).toBe('');
  });
});
