import { describe, expect, it } from 'vitest';
import { gallery } from '../../../src/evaluate/page/gallery.ts';
import { runOf } from '../../../src/evaluate/page/html.ts';
import { type ItemRecord, itemRecord } from '../../../src/evaluate/score/items.ts';
import { positive, scored } from '../score/made.ts';
import { elementsOf, ofClass } from './markup.ts';

async function records(count: number): Promise<ItemRecord[]> {
  const annotations = Array.from({ length: count }, (_, i) => positive(`p${i}`));
  return (await scored(annotations, [])).items.all.map(itemRecord);
}

describe('gallery', () => {
  it('leaves pictures out when they would make the page too large, and says so', async () => {
    const asked: string[] = [];
    const shown = await records(12);
    const { page, unreadable } = await gallery(
      [{ name: 'g', all: 99, shown }],
      runOf('auto'),
      async ({ id }) => {
        asked.push(id);
        return { jpeg: Buffer.alloc(750_000), width: 4, height: 3 };
      },
    );
    const elements = elementsOf(page);
    const pictures = elements.filter(({ name }) => name === 'img');
    expect(page.markup.length).toBeLessThan(7e6);
    expect(pictures.length).toBe(asked.length);
    expect(ofClass(elements, 'item')).toHaveLength(12);
    expect(ofClass(elements, 'no-picture')).toHaveLength(12 - pictures.length);
    expect(ofClass(elements, 'no-picture')[0]!.text).toContain('too large');
    expect(unreadable).toEqual([]);
  });

  it('asks for pictures one after the other, in the order of the page', async () => {
    const shown = await records(3);
    let underway = 0;
    const order: string[] = [];
    await gallery([{ name: 'g', all: 3, shown }], runOf('auto'), async ({ id }) => {
      expect(underway).toBe(0);
      underway += 1;
      await new Promise(setImmediate);
      underway -= 1;
      order.push(id);
      return { reason: 'None.' };
    });
    expect(order).toEqual(['p0', 'p1', 'p2']);
  });

  it('lists groups of which none is shown, too', async () => {
    const groups = [
      { name: 'shown', all: 5, shown: await records(1) },
      { name: 'not shown', all: 7, shown: [] },
    ];
    const { page } = await gallery(groups, runOf('auto'), async () => ({ reason: 'None.' }));
    const elements = elementsOf(page);
    const cells = elements.filter(({ name }) => name === 'tr').map(({ text }) => text);
    expect(cells).toEqual(['groupwrongshown', 'shown51', 'not shown70']);
    expect(elements.filter(({ name }) => name === 'summary').map(({ text }) => text)).toEqual([
      'shown: 1 of 5 shown',
    ]);
    expect(elements.find(({ name }) => name === 'p')!.text).toMatch(/^1 of 12 are shown/);
  });
});

describe('runOf', () => {
  it('tells a simulated language model by the name of the run', () => {
    const stated = runOf('auto, SIMULATED language model "oracle"');
    expect([stated.simulated, stated.titled('ROC')]).toEqual([true, 'ROC (language model SIMULATED)']);
    const real = runOf('auto, no language model');
    expect([real.simulated, real.titled('ROC')]).toEqual([false, 'ROC']);
    expect(runOf(undefined).simulated).toBe(false);
  });
});
