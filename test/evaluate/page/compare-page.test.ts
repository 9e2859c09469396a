import { expect, it } from 'vitest';
import { comparePage, differencePlot } from '../../../src/evaluate/page/compare-page.ts';
import { compareScores } from '../../../src/evaluate/score/compare.ts';
import { answer, negative, positive, scored, WRONG } from '../score/made.ts';
import { elementsOf, number, ofClass } from './markup.ts';

const set = Array.from({ length: 12 }, (_, i) => [positive(`p${i}`), negative(`n${i}`, `p${i}`)]).flat();
const answers = (right: number) =>
  set.map(({ id }, i) => answer(id, i / 2 < right ? {} : { boxes: [WRONG], presence: 0.4 }));

it('two systems on one page have paired differences, in a table and beside zero', async () => {
  const a = await scored(set, answers(4), { name: '<a>' });
  const b = await scored(set, answers(8), { name: 'b' });
  const comparison = compareScores(a, b, { resamples: 50 });
  const page = comparePage({
    comparison,
    provenance: { facts: [['date', 'today']], command: 'spotter eval compare' },
  });
  const elements = elementsOf(page);
  expect(elements.find(({ name }) => name === 'h1')!.text).toBe('Two systems compared');
  expect(elements.filter(({ name }) => name === 'dd').map(({ text }) => text)).toContain('<a>');
  const precision = elements.find((e) => e.name === 'section' && e.attributes.id === 'precision')!;
  const cells = elements.filter((e) => e.name === 'td' && e.parents.includes(precision));
  expect(cells.slice(0, 2).map(({ text }) => text)).toEqual(['.333 4/12', '.667 8/12']);
  expect(cells[2]!.text).toMatch(/^\+\.333 \[\.\d+, \.\d+\]$/);
  expect(elements.map((e) => e.attributes.id)).toContain('provenance');

  const plot = elementsOf(
    differencePlot({
      id: 'd',
      title: 'D',
      differences: comparison.differences.filter(({ metric }) => metric === 'precision@1'),
    })!,
  );
  const [zero] = ofClass(plot, 'chance');
  expect(number(ofClass(plot, 'mark')[0]!, 'cx')).toBeGreaterThan(number(zero!, 'x1'));
});
