import { describe, expect, it } from 'vitest';
import { find } from '../src/ask.ts';
import type { StrategyName } from '../src/config.ts';
import { tuned } from '../src/detector/tuned.ts';
import { KNOWING } from '../src/evaluate/stand-in/policies.ts';
import { readParts } from '../src/explain.ts';
import { readQuery } from '../src/expression/reader.ts';
import { loadCalibration } from '../src/reasoning/calibration.ts';
import { logit, sigmoid } from '../src/scales.ts';
import type { MllmUse } from '../src/strategy/strategy.ts';
import { mllmOn, standIn } from './mllm/reply/other-options.ts';
import { eyesOn, paint } from './reasoning/scene.ts';

const LEFT = [20, 100, 120, 200] as const;
const RIGHT = [250, 100, 350, 200] as const;
const TWO = paint([
  { label: 'dog', box: LEFT },
  { label: 'dog', box: RIGHT, score: 0.7 },
]);
const calibration = loadCalibration();
const [{ width, height }, detector] = [TWO.picture, eyesOn(TWO)];

async function explained(expression: string, strategy: StrategyName = 'auto', mllm?: MllmUse) {
  const deps = { detector, calibration, strategy, mllm };
  const verdict = await find({ picture: TWO.picture, expression, explain: true }, deps);
  return { verdict, explanation: verdict.explanation! };
}

/** The expression with each part in brackets. */
async function marked(expression: string): Promise<string> {
  const parts = readParts(await readQuery(expression));
  return parts.map(({ start, end, as }) => `${as}[${expression.slice(start, end)}]`).join('');
}

describe('the parts of an expression', () => {
  it.each([
    ['the white dog', 'target[the]colour[white]target[dog]'],
    ['the dog on the left please', 'target[the dog]place[on the left]'],
    [
      'the white dog left of the brown dog',
      'target[the]colour[white]target[dog]relation[left of]other[the]colour[brown]other[dog]',
    ],
    [
      'the dog to the left of the brown dog',
      'target[the dog]relation[to the left of]other[the]colour[brown]other[dog]',
    ],
    ['the second dog from the right', 'target[the second dog]ordinal[from the right]'],
    ['the dog that is not brown', 'target[the dog that is not]colour[brown]'],
  ])('%s', async (expression, expected) => {
    expect(await marked(expression)).toBe(expected);
  });
});

describe('an explanation', () => {
  it('is given only where it is asked for', async () => {
    const verdict = await find({ picture: TWO.picture, expression: 'the dog' }, { detector, calibration });
    expect(verdict).not.toHaveProperty('explanation');
  });

  it('has the regions of each noun, and how the presence is weighed', async () => {
    const { verdict, explanation } = await explained('the dog on the left');
    expect(explanation.nouns).toMatchObject([{ noun: 'dog', match: 'same' }]);
    expect(explanation.nouns[0]!.regions.map(({ box }) => box)).toEqual([LEFT, RIGHT]);
    const { bias, features, logOdds, presence, right } = explanation.weighing!;
    const sum = features.reduce((total, { value, weight }) => total + value * weight, bias);
    expect(logOdds).toBeCloseTo(sum, 9);
    expect(sigmoid(logOdds)).toBeCloseTo(presence, 9);
    expect([presence, right]).toEqual([verdict.presence, verdict.right]);
    expect(explanation.routing).toEqual({
      hard: expect.any(Boolean),
      reason: expect.stringContaining('no language model is configured'),
    });
  });

  it('says where in the picture each judgement looked', async () => {
    const { verdict } = await explained('the brown dog left of the other dog');
    const best = verdict.considered.find(({ box }) => box === LEFT || box[0] === LEFT[0])!;
    const of = (kind: string) => best.judgements.find((judgement) => judgement.kind === kind)?.evidence;
    expect(of('colour')).toEqual({ pixels: [LEFT] });
    expect(of('relation')).toEqual({ others: [RIGHT] });
    const counted = await explained('the second dog from the left');
    expect(counted.verdict.considered[0]!.judgements[0]!.evidence!.group).toEqual([LEFT, RIGHT]);
    const ranked = await explained('the rightmost dog');
    expect(ranked.verdict.considered[0]!.judgements[0]!.evidence!.group).toEqual([RIGHT, LEFT]);
  });

  it('has the very prompt, the options with their letters, and the choice', async () => {
    const server = await standIn({
      policy: KNOWING.oracle({
        truths: [{ expression: 'the friendly dog', box: RIGHT, picture: { width, height } }],
      }),
    });
    const { verdict, explanation } = await explained('the friendly dog', 'crs', {
      mllm: mllmOn(server),
      seed: 3,
    });
    const [exchange] = explanation.exchanges;
    expect(explanation.exchanges).toHaveLength(1);
    expect(exchange!.prompt).toContain('the friendly dog');
    const letters = exchange!.options!.map(({ letter }) => letter);
    expect(letters).toEqual(['A', 'B', 'C']);
    for (const letter of letters) expect(exchange!.prompt).toContain(letter);
    const total = exchange!.options!.reduce((sum, { probability = 0 }) => sum + probability, 0);
    expect(total).toBeCloseTo(1, 6);
    const chosen = exchange!.options!.find(({ letter }) => letter === exchange!.choice!.letter)!;
    expect(chosen.box).toEqual(RIGHT);
    expect(verdict.candidates[0]!.box).toEqual(RIGHT);
  });

  it('says what a presence is worth where that was fitted', async () => {
    const scale = { method: 'a test', bias: -1, weight: 0.5, found: 0.1, absent: 0.05 };
    const verdict = await find(
      { picture: TWO.picture, expression: 'the dog', explain: true },
      {
        detector,
        calibration: { ...calibration, strategies: { specialist: scale } },
        strategy: 'specialist',
      },
    );
    const { raw, presence } = verdict.explanation!.scaling!;
    expect(presence).toBeCloseTo(sigmoid(-1 + 0.5 * logit(raw)), 9);
    expect(verdict.presence).toBe(presence);
  });
});

describe('a tuned detector', () => {
  const overlapping = eyesOn(
    paint([
      { label: 'dog', box: [0, 0, 100, 100], score: 0.9 },
      { label: 'dog', box: [10, 0, 110, 100], score: 0.8 },
      { label: 'dog', box: [200, 100, 300, 200], score: 0.3 },
    ]),
  );
  const scoresOf = async (tuning: Parameters<typeof tuned>[1]) =>
    (await tuned(overlapping, tuning).propose(TWO.picture, ['dog']))[0]!.map(({ score }) => score);

  it('drops what is not sure enough, what overlaps, and what is beyond the first k', async () => {
    expect(await scoresOf({})).toEqual([0.9, 0.8, 0.3]);
    expect(await scoresOf({ minScore: 0.5 })).toEqual([0.9, 0.8]);
    expect(await scoresOf({ nmsIou: 0.5 })).toEqual([0.9, 0.3]);
    expect(await scoresOf({ nmsIou: 0.9 })).toEqual([0.9, 0.8, 0.3]);
  });

  it('drops what is not sure enough of all that is seen, too', async () => {
    const seen = await tuned(overlapping, { minScore: 0.85 }).detectAll!(TWO.picture);
    expect(seen.map(({ score }) => score)).toEqual([0.9]);
  });
});
