import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { FONT } from '../../src/annotate/annotate.ts';
import { createSpotter } from '../../src/ask.ts';
import { type Box, iou } from '../../src/box.ts';
import { readConfig } from '../../src/config.ts';
import { readExpression } from '../../src/expression/read.ts';
import { asksForWriting } from '../../src/expression/writing.ts';
import { example } from '../detector/photos.ts';

const spotter = createSpotter(readConfig({ flags: { cache: false } }));
afterAll(() => spotter.close());

/** A photo with words pasted onto it, each at its place, so many pixels high, at an angle in degrees. */
async function written(
  photo: string,
  words: readonly { text: string; left: number; top: number; high: number; angle?: number }[],
): Promise<Buffer> {
  const plates = words.map(async ({ text, left, top, high, angle = 0 }) => {
    const letters = {
      text: `<span foreground="#111">${text}</span>`,
      fontfile: FONT.file,
      rgba: true,
    } as const;
    const drawn = await sharp({ text: { ...letters, font: FONT.name, dpi: 4 * high } })
      .flatten({ background: '#f4f0e0' })
      .extend({ top: 8, bottom: 8, left: 12, right: 12, background: '#f4f0e0' })
      .rotate(angle, { background: '#f4f0e0' })
      .png()
      .toBuffer();
    return { input: drawn, left, top };
  });
  return sharp(example(photo))
    .composite(await Promise.all(plates))
    .jpeg({ quality: 92 })
    .toBuffer();
}

/** On the upper dog and on the lower one. */
const dogs = () =>
  written('two-dogs.jpg', [
    { text: 'REX', left: 300, top: 470, high: 40 },
    { text: 'BELLA', left: 430, top: 745, high: 36 },
  ]);

describe('an expression asks for writing', () => {
  it.each([
    'the bus with number 22',
    'the sign that says stop',
    'the exit sign',
    'the word EXIT',
    'STOP',
    'the Coca-Cola bottle',
  ])('%s', (expression) => expect(asksForWriting(readExpression(expression))).toBe(true));
  it.each([
    'the dog',
    'the dog on the left',
    'two dogs',
    'the red wine bottle',
    'the man reading a book',
    'the dog called Rex',
    'the sign',
  ])('not: %s', (expression) => expect(asksForWriting(readExpression(expression))).toBe(false));
});

describe('writing in a picture', () => {
  it('tells one candidate from the others', async () => {
    const source = await dogs();
    for (const [word, half] of [
      ['Rex', 'upper'],
      ['bella', 'lower'],
    ] as const) {
      const asked = await spotter.ask({ source, expression: `the dog that says ${word}` });
      const other = await spotter.ask({ source, expression: `the ${half} dog` });
      expect(asked.verdict.outcome).not.toBe('not-present');
      const [best] = asked.verdict.considered;
      expect(iou(best!.box, other.verdict.considered[0]!.box)).toBeGreaterThan(0.8);
      const reading = best!.judgements.find(({ kind }) => kind === 'reading');
      expect(reading).toMatchObject({ score: 0.95, reason: expect.stringMatching(/^reads ".*"$/) });
    }
  });

  it('that nobody has read is not believed to be there', async () => {
    const { verdict } = await spotter.ask({ source: await dogs(), expression: 'the dog that says Luna' });
    expect(verdict.outcome).not.toBe('found');
  });

  it('may be meant itself, also at an angle, and then has a box of its own', async () => {
    const source = await written('coffee.jpg', [{ text: 'EXIT', left: 60, top: 40, high: 44, angle: -12 }]);
    const { verdict } = await spotter.ask({ source, expression: 'the word EXIT' });
    expect(verdict.outcome).toBe('found');
    const [x1, y1, x2, y2] = verdict.candidates[0]!.box as Box;
    expect([x1 > 40, y1 > 20, x2 < 320, y2 < 180]).toEqual([true, true, true, true]);
    const bare = await spotter.ask({ source, expression: 'EXIT' });
    expect(bare.verdict.candidates[0]!.box).toEqual(verdict.candidates[0]!.box);
  });

  it('is not looked for unless an expression asks for it', async () => {
    const { verdict } = await spotter.ask({ source: await dogs(), expression: 'the upper dog' });
    expect(verdict.trace.map(({ name }) => name)).not.toContain('observing');
  });
});
