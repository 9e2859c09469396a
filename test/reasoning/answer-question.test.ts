import { describe, expect, it } from 'vitest';
import { readExpression } from '../../src/expression/read.ts';
import type { Observations } from '../../src/observer/observer.ts';
import { answerQuestion } from '../../src/reasoning/answer-question.ts';
import { loadCalibration } from '../../src/reasoning/calibration.ts';
import { pick } from '../../src/reasoning/decide.ts';
import { detectNouns } from '../../src/reasoning/detections.ts';
import { ground } from '../../src/reasoning/ground.ts';
import { answerJson, isForChoosing } from '../../src/verdict.ts';
import { ask, eyesOn, nameOf, paint, type TestScene, type Thing } from './scene.ts';

const dog = (x: number, y: number, more: Partial<Thing> = {}): Thing => ({
  label: 'dog',
  box: [x, y, x + 70, y + 80],
  ...more,
});
const LEFT = dog(20, 100);
const RIGHT = dog(300, 60);
const TWO = paint([LEFT, RIGHT]);
const RED = paint([{ label: 'bus', box: [40, 60, 220, 200], colour: [200, 30, 30], shape: 'rectangle' }]);
const NONE = paint([{ label: 'cup', box: [100, 100, 150, 160], score: 0.02 }]);

async function told(scene: TestScene, question: string): Promise<unknown[]> {
  const { outcome, question: answer, candidates } = await ask(scene, question);
  return [outcome, answer?.value, ...candidates.map((k) => nameOf(scene, k))];
}

describe('how many', () => {
  it('is a number, with what was counted marked from left to right', async () => {
    expect(await told(TWO, 'how many dogs are there?')).toEqual(['found', 2, 'dog 1', 'dog 2']);
    expect(await told(TWO, 'how many dogs are on the left?')).toEqual(['found', 1, 'dog 1']);
    const { sentence, question } = await ask(TWO, 'how many dogs are there?');
    expect(sentence).toMatch(/^There are 2 dogs \(\d+ % sure\)\.$/);
    expect(question).toEqual({ kind: 'count', value: 2 });
  });

  it('is at least a number where there may be more', async () => {
    const scene = paint([LEFT, RIGHT, dog(160, 90, { score: 0.4 })]);
    const verdict = await ask(scene, 'how many dogs are there?');
    expect(verdict.sentence).toMatch(/^There are at least 2 dogs /);
    expect(verdict.question).toEqual({ kind: 'count', value: 2, atLeast: true });
    expect(answerJson(scene.picture, verdict).question).toEqual({ kind: 'count', value: 2, at_least: true });
  });

  it('is none only where that is proven', async () => {
    expect(await told(TWO, 'how many cats are there?')).toEqual(['not-present', 0]);
    expect(await told(NONE, 'how many unicorns are there?')).toEqual(['undecided', null]);
    const doubtful = paint([dog(100, 100, { score: 0.45 })]);
    expect((await told(doubtful, 'how many dogs are there?')).slice(0, 2)).toEqual(['undecided', null]);
  });

  it('of what cannot be judged is not told', async () => {
    const { outcome, question, sentence } = await ask(TWO, 'how many tired dogs are there?');
    expect([outcome, question?.value]).toEqual(['undecided', null]);
    expect(sentence).toContain('"tired"');
    const people = paint([
      { label: 'person', box: [50, 40, 110, 220] },
      { label: 'person', box: [200, 40, 260, 220] },
    ]);
    const women = await ask(people, 'how many women are there?');
    expect(women.sentence).toBe('Undecided: I see 2 people, and cannot tell whether they are women.');
  });

  it('of a general name is at least a number', async () => {
    const { question } = await ask(TWO, 'how many animals are there?');
    expect(question).toEqual({ kind: 'count', value: 2, atLeast: true });
  });
});

describe('whether there is one', () => {
  it('is yes, no, or not to be told', async () => {
    expect(await told(TWO, 'is there a dog?')).toEqual(['found', true, 'dog 1', 'dog 2']);
    expect(await told(TWO, 'are there two dogs?')).toEqual(['found', true, 'dog 1', 'dog 2']);
    expect(await told(TWO, 'are there three dogs?')).toEqual(['not-present', false]);
    expect(await told(TWO, 'is there a cat?')).toEqual(['not-present', false]);
    expect(await told(TWO, 'is there a unicorn?')).toEqual(['undecided', null]);
    expect((await told(RED, 'is the bus red?')).slice(0, 2)).toEqual(['found', true]);
    expect((await told(RED, 'is the bus blue?')).slice(0, 2)).toEqual(['not-present', false]);
  });

  it('says yes and no with these outcomes only', async () => {
    for (const text of [
      'is there a dog?',
      'is there a cat?',
      'is there a unicorn?',
      'is there a tired dog?',
    ]) {
      const { outcome, sentence } = await ask(TWO, text);
      expect(/^Yes\b/.test(sentence)).toBe(outcome === 'found');
      expect(/^No\b/.test(sentence)).toBe(outcome === 'not-present');
    }
  });
});

describe('a denial in a question', () => {
  it('is no part of asking at its beginning, and counts elsewhere', async () => {
    expect((await told(TWO, "isn't there a dog?")).slice(0, 2)).toEqual(['found', true]);
    const buses = paint([
      { label: 'bus', box: [20, 60, 120, 160], colour: [200, 30, 30], shape: 'rectangle' },
      { label: 'bus', box: [240, 60, 340, 160], colour: [30, 60, 200], shape: 'rectangle' },
    ]);
    expect(await told(buses, 'how many buses are not red?')).toEqual(['found', 1, 'bus 2']);
    expect(await told(buses, 'which bus is not red?')).toEqual(['found', 'the bus on the right', 'bus 2']);
  });
});

describe('which one', () => {
  it('is told in words, and marked', async () => {
    expect(await told(TWO, 'which dog is higher?')).toEqual(['found', 'the dog on the right', 'dog 2']);
    const three = paint([dog(10, 100), dog(150, 150), dog(310, 100)]);
    expect((await told(three, 'which dog is lower?'))[1]).toBe('the dog at the bottom');
  });

  it('is none where there is none', async () => {
    expect(await told(TWO, 'which cat is larger?')).toEqual(['not-present', null]);
  });
});

describe('on which side', () => {
  it('is told of the picture', async () => {
    const one = paint([LEFT]);
    expect(await told(one, 'is the dog on the left or on the right?')).toEqual(['found', 'left', 'dog 1']);
    expect((await told(one, 'is the dog at the top or at the bottom?'))[1]).toBe('middle');
  });

  it('differs among several, of which a person may choose one', async () => {
    const verdict = await ask(TWO, 'is the dog on the left or on the right?');
    expect([verdict.outcome, verdict.question]).toEqual([
      'undecided',
      { kind: 'side', value: null, each: ['left', 'right'] },
    ]);
    expect(isForChoosing(verdict)).toBe(true);
    const chosen = pick(verdict, 2);
    expect([chosen.outcome, chosen.question]).toEqual(['found', { kind: 'side', value: 'right' }]);
  });
});

describe('in what colour', () => {
  it('is not told of a picture without colours, nor of several where none tells', async () => {
    const { raster } = RED.picture;
    const data = Uint8Array.from(raster.data, (_, i) => raster.data[i - (i % 3)]!);
    const gray = { ...RED, picture: { ...RED.picture, raster: { ...raster, data } } };
    expect((await ask(gray, 'what colour is the bus?')).sentence).toBe(
      'Undecided: the picture has no colours.',
    );
    const motley = (x: number): Thing => ({
      ...{ label: 'bus', box: [x, 60, x + 100, 160], shape: 'rectangle' },
      bands: [
        [0.5, [200, 30, 30]],
        [1, [30, 60, 200]],
      ],
    });
    expect((await ask(paint([motley(20), motley(240)]), 'what colour is the bus?')).sentence).toBe(
      'Undecided: there are 2 buses, and I cannot tell of any.',
    );
  });

  it('is a word', async () => {
    expect((await told(RED, 'what colour is the bus?')).slice(0, 2)).toEqual(['found', 'red']);
  });

  it('is of what is worn where that is asked for', async () => {
    const person: Thing = {
      label: 'person',
      box: [100, 20, 180, 260],
      bands: [
        [0.17, [220, 180, 150]],
        [0.52, [30, 60, 200]],
        [1, [30, 30, 30]],
      ],
      shape: 'rectangle',
    };
    const scene = paint([person]);
    const { question, sentence } = await ask(scene, "what colour is the person's shirt?");
    expect(question).toEqual({ kind: 'colour', value: 'blue' });
    expect(sentence).toMatch(/^The shirt of the person looks blue /);
    expect((await ask(scene, "what colour is the person's hat?")).outcome).toBe('undecided');
  });
});

describe('what is seen', () => {
  const table: Thing = { label: 'dining table', box: [20, 150, 380, 290], shape: 'rectangle' };
  const cup: Thing = { label: 'cup', box: [100, 110, 140, 165] };
  const scene = paint([table, cup, dog(250, 10)]);

  it('is told by kinds', async () => {
    const { question, sentence } = await ask(scene, 'what do you see?');
    expect(question?.value).toEqual(expect.arrayContaining(['cup', 'dog', 'dining table']));
    expect(sentence).toMatch(/^I see .* and /);
  });

  it('somewhere is told without what the question names', async () => {
    expect(await told(scene, 'what is on the table?')).toEqual(['found', ['cup'], 'cup 1']);
    expect((await ask(scene, 'what is on the couch?')).sentence).toBe('Undecided: I see no couch.');
  });
});

describe('what is written', () => {
  const reads = async (text: string, lines: Observations['lines']) => {
    const query = readExpression(text);
    const scene = await detectNouns(query, RED.picture, eyesOn(RED));
    const observed = lines ? { observed: { lines } } : {};
    return answerQuestion(query, ground(query.target, scene), { ...scene, ...observed }, loadCalibration());
  };
  const line = (text: string, x: number, y: number) =>
    ({ text, box: [x, y, x + 60, y + 12], score: 0.9 }) as const;

  it('is what stands inside of it', async () => {
    const lines = [line('EXPRESS', 60, 120), line('CITY', 60, 100), line('elsewhere', 300, 20)];
    const { outcome, question, sentence } = await reads('what does the bus say?', lines);
    expect([outcome, question]).toEqual(['found', { kind: 'reads', value: 'CITY EXPRESS' }]);
    expect(sentence).toBe('It says "CITY EXPRESS" (90 % sure).');
  });

  it('is not told where nobody reads, or nothing is read', async () => {
    expect((await reads('what does the bus say?', undefined)).sentence).toBe(
      'Undecided: I cannot read writing here.',
    );
    expect((await reads('what does the bus say?', [])).question).toEqual({ kind: 'reads', value: null });
  });

  it('of what has no name is what is written in the one place', async () => {
    const one = [line('NO', 60, 100), line('PARKING', 60, 114)];
    expect((await reads('what does the poster say?', one)).question?.value).toBe('NO PARKING');
    const two = await reads('what does the poster say?', [...one, line('TAXI', 320, 250)]);
    expect([two.outcome, two.question?.each]).toEqual(['undecided', ['NO', 'PARKING', 'TAXI']]);
  });
});

describe('what no picture answers', () => {
  it('is told so in a sentence, without an answer', async () => {
    const verdict = await ask(TWO, 'who won the cup?');
    expect([verdict.outcome, verdict.candidates, verdict.question]).toEqual(['undecided', [], undefined]);
    expect(verdict.sentence).toMatch(
      /^Undecided: that is no question that I can answer from what I see; [^.]*\.$/,
    );
    expect((await ask(TWO, 'what colour is it?')).sentence).toContain('name the thing');
  });

  it('is none of an expression', async () => {
    const verdict = await ask(TWO, 'the dog on the left');
    expect(verdict).not.toHaveProperty('question');
    expect(answerJson(TWO.picture, verdict)).not.toHaveProperty('question');
  });
});
