import { beforeAll, describe, expect, it } from 'vitest';
import type { Box } from '../../src/box.ts';
import { KNOWING, type KnowingOptions, readPrompt } from '../../src/evaluate/stand-in/policies.ts';
import { fingerprint, knowledgeOf, type Truth } from '../../src/evaluate/stand-in/truth.ts';
import type { Said, Seen } from '../../src/evaluate/stand-in/wire.ts';
import { formatMultipleChoice, makeMultipleChoice } from '../../src/mllm/multiple-choice.ts';
import type { Raster } from '../../src/picture/picture.ts';

const flat = (width: number, height: number, colour: number): Raster => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(colour),
});
const DARK = flat(200, 100, 20);
const LIGHT = flat(200, 100, 220);
const about = (expression: string, box: Box | undefined, raster: Raster): Truth => ({
  expression,
  box,
  picture: { width: 200, height: 100 },
  fingerprint: fingerprint(raster),
});
const LEFT: Box = [0, 0, 100, 100];
const RIGHT: Box = [100, 0, 200, 100];
const TRUTHS = [
  about('the dog', LEFT, DARK),
  about('the dog', RIGHT, LIGHT),
  about('the cat', undefined, DARK),
];

const said = async (name: keyof typeof KNOWING, options: KnowingOptions, prompt: string, images = [DARK]) =>
  (await KNOWING[name](options)({ system: '', prompt, images, request: {} as Seen['request'] })) as Said;

describe('what a policy knows', () => {
  const know = knowledgeOf(TRUTHS);

  it('depends on the expression and on what the image looks like', () => {
    expect(know('the dog', flat(100, 50, 25))?.box).toEqual([0, 0, 0.5, 1]);
    expect(know('the dog', flat(100, 50, 210))?.box).toEqual([0.5, 0, 1, 1]);
    expect(know('the cat', DARK)).toEqual({ box: undefined });
  });

  it('is nothing for another expression, another shape, or without an image', () => {
    expect(know('the horse', DARK)).toBeUndefined();
    expect(know('the dog', flat(100, 100, 20))).toBeUndefined();
    expect(know('the dog', undefined)).toBeUndefined();
  });
});

describe('an oracle', () => {
  let prompt: string;
  let letters: { left: string; right: string; none: string };
  beforeAll(() => {
    const left = { box: [4, 2, 100, 96] as Box };
    const right = { box: [101, 0, 199, 99] as Box };
    const offer = makeMultipleChoice([left, right], { sha256: '', expression: '' }, { seed: 3 });
    prompt = formatMultipleChoice(offer, 'the dog', { width: 200, height: 100 }).text;
    const letterOf = (c: object) => offer.options.find(({ candidate }) => candidate === c)!.letter;
    letters = { left: letterOf(left), right: letterOf(right), none: offer.none! };
  });

  it('reads options from the prompt', () => {
    const read = readPrompt(prompt);
    expect(read.kind === 'selection' ? read.options.map(({ letter }) => letter) : []).toEqual([
      'A',
      'B',
      'C',
    ]);
    expect(readPrompt('Hello?')).toEqual({ kind: 'unknown' });
  });

  it('answers by what it was sent: another image, another answer', async () => {
    expect((await said('oracle', { truths: TRUTHS }, prompt)).text).toBe(letters.left);
    expect((await said('oracle', { truths: TRUTHS }, prompt, [LIGHT])).text).toBe(letters.right);
    expect((await said('oracle', { truths: TRUTHS }, prompt, [])).text).not.toMatch(/^[A-Z]$/);
  });

  it('says None where no offered region fits, and where the boxes in the prompt are wrong', async () => {
    const cat = prompt.replace('"the dog"', '"the cat"');
    expect((await said('oracle', { truths: TRUTHS }, cat)).text).toBe(letters.none);
    const elsewhere = prompt.replace(/\(\d+,\d+\),\(\d+,\d+\)$/gm, '(0,0),(100,100)');
    expect((await said('oracle', { truths: TRUTHS }, elsewhere)).text).toBe(letters.none);
  });

  it('is very sure, and its alternatives add up', async () => {
    const { first = [] } = await said('oracle', { truths: TRUTHS }, prompt);
    expect(first.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeCloseTo(1);
  });
});

describe('a noisy one', () => {
  const question = (i: number) =>
    `Description: "the dog"\n\nOptions:\nA. (0,0),(500,1000)\nB. (500,0),(1000,1000)\n${i}`;
  const wrongOf = async (rate: number, seed = 1) => {
    let wrong = 0;
    for (let i = 0; i < 300; i++) {
      const { text } = await said('noisy', { truths: TRUTHS, rate, seed }, question(i));
      if (!/\b[aA]\b/.test(text)) wrong++;
    }
    return wrong;
  };

  it('is wrong at its rate', async () => {
    expect(await wrongOf(0)).toBe(0);
    expect(await wrongOf(1)).toBe(300);
    // 60 expected, standard deviation 7.
    expect(Math.abs((await wrongOf(0.2)) - 60)).toBeLessThan(30);
  });

  it('says the same to the same question, whenever it is asked', async () => {
    const options = { truths: TRUTHS, rate: 0.5 };
    for (let i = 0; i < 20; i++) {
      expect(await said('noisy', options, question(i))).toEqual(await said('noisy', options, question(i)));
    }
  });
});
