import { describe, expect, it } from 'vitest';
import { precisionPlot, precisionSeries } from '../../../../src/evaluate/page/charts.ts';
import { elementsOf, number, ofClass, tickAt, tooltipOf } from '../markup.ts';
import { figure } from './figures.ts';

const FIGURES = [
  figure('precision@1', 'all positives', 6, 10),
  figure('precision@5', 'all positives', 8, 10),
  figure('reachable', 'all positives', 9, 10),
  figure('precision@1', 'level 1', 2, 5, { interval: null }),
  figure('precision@5', 'level 1', 4, 5),
  figure('precision@1', 'tag colour', 1, 5),
];

describe('precisionPlot', () => {
  const elements = elementsOf(precisionPlot(FIGURES, 'Precision@k by level')!);
  const discs = ofClass(elements, 'disc');
  const squares = ofClass(elements, 'square');

  it('has a mark for each k of all positives and of each level, and of nothing else', () => {
    expect([discs.length, squares.length, ofClass(elements, 'mark').length]).toEqual([2, 2, 4]);
  });

  it('puts a value where the axis says that it is', () => {
    expect(number(discs[0]!, 'cy')).toBeCloseTo(tickAt(elements, '.6', 'y'), 1);
    expect(number(discs[1]!, 'cy')).toBeCloseTo(tickAt(elements, '.4', 'y'), 1);
    const [all] = squares;
    expect(number(all!, 'y') + number(all!, 'height') / 2).toBeCloseTo(tickAt(elements, '.8', 'y'), 1);
    expect(tickAt(elements, '0', 'y')).toBeGreaterThan(tickAt(elements, '1', 'y'));
  });

  it('draws the interval as a whisker from end to end, and none where there is none', () => {
    const [low, high, joining] = ofClass(elements, 'whisker');
    const at = (share: number) =>
      tickAt(elements, '0', 'y') + share * (tickAt(elements, '1', 'y') - tickAt(elements, '0', 'y'));
    expect(number(low!, 'y1')).toBeCloseTo(at(0.5), 1);
    expect(number(high!, 'y1')).toBeCloseTo(at(0.7), 1);
    expect([number(joining!, 'y1'), number(joining!, 'y2')]).toEqual([
      number(low!, 'y1'),
      number(high!, 'y1'),
    ]);
    expect(number(joining!, 'x1')).toBe(number(discs[0]!, 'cx'));
    expect(ofClass(elements, 'whisker')).toHaveLength(9);
  });

  it('keeps groups in columns, in their order, with their counts', () => {
    const names = ofClass(elements, 'name');
    expect(names.map(({ text }) => text)).toEqual(['all positives', 'level 1']);
    const [all, one] = names.map((name) => number(name, 'x'));
    expect(Math.abs(number(discs[0]!, 'cx') - all!)).toBeLessThan((one! - all!) / 2);
    expect(Math.abs(number(discs[1]!, 'cx') - one!)).toBeLessThan((one! - all!) / 2);
    expect(elements.map(({ text }) => text)).toEqual(expect.arrayContaining(['n = 10', 'n = 5']));
  });

  it('says all in words', () => {
    expect(elements[0]!.attributes.role).toBe('img');
    expect(elements.find(({ name }) => name === 'title')!.text).toBe('Precision@k by level');
    expect(elements.find(({ name }) => name === 'desc')!.text).toContain('level 1, precision@1: .400 2/5');
    expect(tooltipOf(elements, discs[0]!)).toBe('precision@1, all positives: .600 [.500, .700] 6/10');
    const ids = elements.map(({ attributes }) => attributes.id).filter(Boolean);
    expect(elements[0]!.attributes['aria-labelledby']).toBe(ids.join(' '));
  });

  it('is not there without positives', () => {
    expect(precisionPlot([figure('precision@1', 'all positives', 0, 0)], '')).toBeUndefined();
    expect(precisionPlot([], '')).toBeUndefined();
  });
});

describe('precisionSeries', () => {
  it('gives each k a shape of its own, as long as there are some', () => {
    expect(precisionSeries(FIGURES)).toEqual([
      { metric: 'precision@1', shape: 'disc' },
      { metric: 'precision@5', shape: 'square' },
    ]);
    const many = [1, 2, 3, 4].map((k) => figure(`precision@${k}`, 'level 2', 1, 2));
    expect(precisionSeries(many).map(({ shape }) => shape)).toEqual(['disc', 'square', 'diamond', 'diamond']);
  });
});
