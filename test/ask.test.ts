import { describe, expect, it } from 'vitest';
import { find } from '../src/ask.ts';
import { SpotterError } from '../src/errors.ts';
import { MAX_EXPRESSION_LENGTH } from '../src/expression/query.ts';
import { checked } from '../src/expression/reader.ts';
import { loadCalibration } from '../src/reasoning/calibration.ts';
import { ask, eyesOn, paint } from './reasoning/scene.ts';

const TWO = paint([
  { label: 'dog', box: [20, 100, 120, 200] },
  { label: 'dog', box: [250, 100, 350, 200] },
]);
const calibration = loadCalibration();

const refusal = async (expression: string): Promise<unknown> =>
  ask(TWO, expression).catch((thrown: unknown) => thrown);

describe('find', () => {
  it('goes the whole way and traces each step in words', async () => {
    const { outcome, candidates, trace, route } = await ask(TWO, 'the dog on the left');
    expect([outcome, candidates.map((k) => k.box), route]).toEqual([
      'found',
      [[20, 100, 120, 200]],
      'reasoning',
    ]);
    expect(trace.map((step) => step.name)).toEqual(['language', 'specialist', 'reasoning', 'verdict']);
    expect(trace.every((step) => step.ms >= 0 && step.said.length > 0)).toBe(true);
    expect(trace[0]!.said).toContain('on the left');
  });

  it('gives every judgement with its words and its reason', async () => {
    const { considered } = await ask(TWO, 'the brown dog on the left');
    for (const { judgements } of considered) {
      expect(judgements.map((j) => j.kind)).toEqual(['colour', 'place']);
      expect(judgements.every((j) => j.words && j.reason)).toBe(true);
    }
  });

  it.each(['', ' ', '\n\t', '...', '?!', '"', '\u200b'])(
    'refuses that nothing is asked: %j',
    async (expression) => {
      expect(await refusal(expression)).toMatchObject({ code: 'empty-expression' });
    },
  );

  it('refuses what is too long, and says how long it may be', async () => {
    const thrown = await refusal('dog '.repeat(2500));
    expect(thrown).toBeInstanceOf(SpotterError);
    expect(thrown).toMatchObject({
      code: 'overlong-expression',
      message: expect.stringContaining(String(MAX_EXPRESSION_LENGTH)),
    });
    expect(checked('x'.repeat(MAX_EXPRESSION_LENGTH))).toHaveLength(MAX_EXPRESSION_LENGTH);
    expect(() => checked('x'.repeat(MAX_EXPRESSION_LENGTH + 1))).toThrow(SpotterError);
  });

  it.each([
    '🐶',
    'כלב משמאל',
    'll',
    '7',
    'the the the',
    'left',
    'not',
    '<script>alert(1)</script>',
    'dog\u0000',
  ])('answers whatever else is asked: %j', async (expression) => {
    const { outcome, sentence, presence } = await ask(TWO, expression);
    expect(['found', 'not-present', 'undecided']).toContain(outcome);
    expect(sentence.length).toBeGreaterThan(10);
    expect(presence).toBeGreaterThanOrEqual(0);
  });

  it('answers the same question the same way', async () => {
    const once = await ask(TWO, 'the largest dog left of a dog');
    const again = await ask(TWO, 'the largest dog left of a dog');
    expect({ ...again, trace: [] }).toEqual({ ...once, trace: [] });
  });

  it('asks the specialist for every noun in one go, passing the signal on', async () => {
    const asked: { phrases: readonly string[]; signal: AbortSignal | undefined }[] = [];
    const eyes = eyesOn(TWO);
    const detector: typeof eyes = {
      ...eyes,
      propose: (picture, phrases, options) => {
        asked.push({ phrases, signal: options?.signal });
        return eyes.propose(picture, phrases, options);
      },
    };
    const { signal } = new AbortController();
    const expression = 'the dog left of the cat next to a puppy on a couch';
    await find({ picture: TWO.picture, expression, signal }, { detector, calibration });
    expect(asked.map(({ phrases }) => phrases.toSorted())).toEqual([['cat', 'couch', 'dog', 'puppy']]);
    expect(asked[0]!.signal).toBe(signal);
  });

  it('passes on what the specialist throws', async () => {
    const detector = { ...eyesOn(TWO), propose: () => Promise.reject(new SpotterError('detector-down')) };
    await expect(
      find({ picture: TWO.picture, expression: 'the dog' }, { detector, calibration }),
    ).rejects.toMatchObject({ code: 'detector-down' });
  });
});
