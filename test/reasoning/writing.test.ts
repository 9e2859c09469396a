import { describe, expect, it } from 'vitest';
import type { Box } from '../../src/box.ts';
import type { WrittenLine } from '../../src/observer/observer.ts';
import { fitOf, inOrder, readOn, scoreReading } from '../../src/reasoning/writing.ts';

const line = (text: string, box: Box = [0, 0, 100, 20]): WrittenLine => ({ text, box, score: 0.9 });

describe('what was read fits what is asked for', () => {
  it.each([
    ['TOSHIBA', ['TOSHIRA']],
    ['15', ['I5']],
    ['Heinz', ['HEINZ Ketchup']],
    ['new york', ['NEWYORK']],
    ['double parking prohibited', ['DOUBLE', 'PARKING PROHIBITED']],
    ['WD-5010', ['WD 5O1O']],
    ['22', ['Line 22 Airport']],
    ['service dog', ['SERVICEDOG']],
    ['Coca-Cola', ['CocaCola']],
    ['stop', ['ST0P']],
  ])('%s in %j', (text, read) => {
    expect(
      fitOf(
        text,
        read.map((each) => line(each)),
      ),
    ).toBeGreaterThanOrEqual(0.8);
  });

  it.each([
    ['22', ['122']],
    ['8', ['18']],
    ['no smoking', ['NO PARKING']],
    ['POLICE', ['SFDO']],
    ['XK-7702', ['WD-5010']],
    ['', ['anything']],
    ['EDIT', ['EXIT']],
    ['EXIT', ['NEXT']],
    ['EXIT', ['LATEX ITEM']],
    ['male', ['FEMALE']],
    ['open', ['PEN']],
    ['15', ['THIS IS ME']],
    ['50', ['SO WHAT']],
    ['1', ['I LOVE NY']],
    ['cat', ['caterpillar']],
  ])('not %s in %j', (text, read) => {
    expect(
      fitOf(
        text,
        read.map((each) => line(each)),
      ),
    ).toBeLessThan(0.8);
  });
});

const LEFT: Box = [0, 0, 200, 200];
const RIGHT: Box = [300, 0, 500, 200];
const asked = { words: 'with number 22', text: '22' };

describe('a region', () => {
  const lines = [line('22', [50, 50, 90, 70]), line('7', [350, 50, 380, 70])];

  it('is the one that reads so, and the others are not', () => {
    expect(scoreReading(asked, LEFT, [LEFT, RIGHT], lines)).toMatchObject({
      score: 0.95,
      reason: 'reads "22"',
    });
    expect(scoreReading(asked, RIGHT, [LEFT, RIGHT], lines)).toMatchObject({ score: 0.05 });
  });

  it('that reads something else of its kind is not it; what reads nothing stays open', () => {
    expect(scoreReading(asked, RIGHT, [RIGHT], lines)).toMatchObject({ score: 0.15, reason: 'reads "7"' });
    expect(scoreReading(asked, RIGHT, [RIGHT], [])).toMatchObject({ score: undefined });
    expect(scoreReading(asked, RIGHT, [RIGHT], [line('BUS', [350, 50, 380, 70])]).score).toBeUndefined();
    expect(scoreReading(asked, LEFT, [LEFT], undefined)).toMatchObject({
      reason: 'writing is not read here',
    });
  });

  it('that reads a good part of it stays open: the rest may be what could not be read', () => {
    const says = { words: 'says "service dog"', text: 'service dog' };
    const read = (text: string) => scoreReading(says, LEFT, [LEFT], [line(text, [50, 50, 150, 80])]).score;
    expect(read('SERVICE')).toBeUndefined();
    expect(read('DOG')).toBe(0.15);
    expect(read('SERVICE DOG')).toBe(0.95);
  });

  it('has what lies inside of it', () => {
    expect(readOn(LEFT, '22', [line('22', [190, 50, 230, 70])])).toBeUndefined();
  });
});

it('lines are read from above, and from the left', () => {
  const lines = [line('c', [0, 40, 40, 60]), line('b', [60, 2, 90, 22]), line('a', [0, 0, 40, 20])];
  expect(inOrder(lines).map(({ text }) => text)).toEqual(['a', 'b', 'c']);
});
