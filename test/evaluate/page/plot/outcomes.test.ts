import { describe, expect, it } from 'vitest';
import { outcomesPlot } from '../../../../src/evaluate/page/charts.ts';
import { MAX_ROWS, WIDTH } from '../../../../src/evaluate/page/plot.ts';
import { elementsOf, number, ofClass, tooltipOf } from '../markup.ts';
import { figure } from './figures.ts';

const outcomes = (group: string, [found, absent, missing]: readonly [number, number, number]) => {
  const of = found + absent + missing;
  return [
    figure('found', group, found, of),
    figure('not-present', group, absent, of),
    figure('missing', group, missing, of),
  ];
};

describe('outcomesPlot', () => {
  const elements = elementsOf(
    outcomesPlot(
      [...outcomes('all negatives', [25, 75, 0]), ...outcomes('negative flip 2', [1, 0, 1])],
      'Outcomes',
    )!,
  );
  const parts = ofClass(elements, 'part');

  it('has a bar for each group, whose parts are as long as their shares, one after the other', () => {
    expect(parts.map(({ attributes }) => attributes.class)).toEqual([
      'part found',
      'part not-present',
      'part found',
      'part missing',
    ]);
    const spans = parts.map((part) => [number(part, 'x'), number(part, 'x') + number(part, 'width') + 1]);
    expect(spans).toEqual([
      [0, WIDTH / 4],
      [WIDTH / 4, WIDTH],
      [0, WIDTH / 2],
      [WIDTH / 2, WIDTH],
    ]);
    const [a, b, c, d] = parts.map((part) => number(part, 'y'));
    expect([a === b, c === d, a! < c!]).toEqual([true, true, true]);
  });

  it('writes the counts on the parts, and the group and its size above', () => {
    expect(ofClass(elements, 'on').map(({ text }) => text)).toEqual(['25', '75', '1', '1']);
    expect(ofClass(elements, 'name').map(({ text }) => text)).toEqual(['all negatives', 'negative flip 2']);
    expect(ofClass(elements, 'tick').map(({ text }) => text)).toEqual(['n = 100', 'n = 2']);
    expect(tooltipOf(elements, parts[0]!)).toBe('all negatives, found: .250 25/100');
  });

  it('writes nothing on a part that has no room for it, and shows it all the same', () => {
    const thin = elementsOf(outcomesPlot(outcomes('all negatives', [1, 9999, 0]), '')!);
    expect(ofClass(thin, 'on').map(({ text }) => text)).toEqual(['9999']);
    expect(number(ofClass(thin, 'part')[0]!, 'width')).toBeGreaterThan(0);
  });

  it('has only so many groups, with names that fit', () => {
    const many = Array.from({ length: 100 }, (_, i) => outcomes(`${i} ${'x'.repeat(500)}`, [1, 1, 0])).flat();
    const names = ofClass(elementsOf(outcomesPlot(many, '')!), 'name').map(({ text }) => text);
    expect(names).toHaveLength(MAX_ROWS);
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThan(40);
  });

  it('is not there without annotations', () => {
    expect(outcomesPlot([], '')).toBeUndefined();
    expect(outcomesPlot(outcomes('all positives', [0, 0, 0]), '')).toBeUndefined();
  });
});
