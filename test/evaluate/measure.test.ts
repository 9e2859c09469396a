import { describe, expect, it } from 'vitest';
import { SpotterError } from '../../src/errors.ts';
import { HIT_IOU, hits, type Measured, measure } from '../../src/evaluate/measure.ts';
import { loadCalibration } from '../../src/verdict/calibration.ts';
import { eyesOn, paint } from '../reasoning/scene.ts';
import { annotation } from './answers.ts';

describe('hits', () => {
  it('is an IoU of at least one half', () => {
    expect(HIT_IOU).toBe(0.5);
    expect(hits([0, 0, 10, 10], [0, 0, 10, 10])).toBe(true);
    expect(hits([0, 0, 10, 10], [0, 0, 10, 20])).toBe(true);
    expect(hits([0, 0, 10, 10], [0, 0, 10, 21])).toBe(false);
    expect(hits(undefined, [0, 0, 10, 10])).toBe(false);
    expect(hits([0, 0, 10, 10], undefined)).toBe(false);
  });
});

describe('measure', () => {
  const scene = paint([
    { label: 'dog', box: [20, 100, 120, 200] },
    { label: 'dog', box: [250, 100, 350, 200] },
  ]);
  const deps = { specialist: eyesOn(scene), calibration: loadCalibration() };
  const left = annotation({ expression: 'the dog on the left', bbox: [22, 98, 100, 100] });

  const pictureOf = async ({ file_name }: { file_name: string }) => {
    if (file_name === 'missing.jpg') throw new SpotterError('not-found');
    if (file_name === 'odd.jpg') throw new TypeError('odd');
    return scene.picture;
  };

  it('compares the first box with the reference, in the order of the questions', async () => {
    const seen: Measured[] = [];
    const questions = [
      left,
      annotation({ expression: 'the dog on the right', bbox: [22, 98, 100, 100] }),
      annotation({ expression: 'the cat', bbox: null }),
    ];
    const measured = await measure(questions, pictureOf, deps, (m) => seen.push(m));
    expect(measured.map((m) => m.right)).toEqual([true, false, false]);
    expect(measured.map((m) => m.verdict?.outcome)).toEqual(['found', 'found', 'not-present']);
    expect(measured.map((m) => m.annotation)).toEqual(questions);
    expect(seen).toEqual(measured);
  });

  it('counts an undecided answer by its first candidate', async () => {
    const [measured] = await measure([{ ...left, expression: 'the dog' }], pictureOf, deps);
    expect(measured!.verdict!.outcome).toBe('undecided');
    expect(measured!.right).toBe(hits(measured!.verdict!.candidates[0]!.box, [22, 98, 122, 198]));
  });

  it('keeps an error with its question and goes on', async () => {
    const questions = [
      { ...left, file_name: 'missing.jpg' },
      { ...left, expression: '...' },
      { ...left, file_name: 'odd.jpg' },
      left,
    ];
    const measured = await measure(questions, pictureOf, deps);
    expect(measured.map((m) => m.error?.code)).toEqual([
      'not-found',
      'empty-expression',
      'internal',
      undefined,
    ]);
    expect(measured.map((m) => m.right)).toEqual([false, false, false, true]);
  });
});
