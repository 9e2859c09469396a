import { describe, expect, it } from 'vitest';
import { KNOWING, optionsOf, POLICIES } from '../../src/evaluate/stand-in/policies.ts';
import type { Policy } from '../../src/evaluate/stand-in/wire.ts';
import { standIn } from '../mllm/reply/other-options.ts';
import { paint } from '../reasoning/scene.ts';
import { askOn, TWO } from './asking-world.ts';

const { width, height } = TWO.picture;
const knowing = (expression: string, box: readonly [number, number, number, number] | undefined) =>
  standIn({ policy: KNOWING.oracle({ truths: [{ expression, box, picture: { width, height } }] }) });
const RIGHT = [250, 100, 350, 200] as const;

describe('crs', () => {
  it('finds what the model chooses, wherever it stands in the offer', async () => {
    for (let seed = 0; seed < 6; seed++) {
      const server = await knowing('the friendly dog', RIGHT);
      const verdict = await askOn(server, 'crs', 'the friendly dog', { use: { seed } });
      expect(verdict).toMatchObject({ outcome: 'found', strategy: 'crs', route: 'mllm', cost: { calls: 1 } });
      expect(verdict.candidates.map((k) => k.box)).toEqual([RIGHT]);
      expect(verdict.presence).toBeGreaterThan(0.9);
    }
  });

  it('takes None for not present, and presence for 1 - P(None)', async () => {
    const server = await knowing('the friendly dog', undefined);
    const verdict = await askOn(server, 'crs', 'the friendly dog');
    expect(verdict).toMatchObject({ outcome: 'not-present', candidates: [], route: 'mllm' });
    expect(verdict.presence).toBeLessThan(0.1);
  });

  it.each(['first', 'none'] as const)(
    'is undecided where "%s" contradicts its own probabilities',
    async (which) => {
      const policy: Policy = ({ prompt }) => {
        const letters = optionsOf(prompt).map(({ letter }) => letter);
        const [first, none] = [letters[0]!, letters.at(-1)!];
        const [text, token] = which === 'first' ? [first, none] : [none, first];
        return { text, first: [{ token, logprob: Math.log(0.99) }] };
      };
      const verdict = await askOn(await standIn({ policy }), 'crs', 'the friendly dog');
      expect(verdict.outcome).toBe('undecided');
      expect(verdict.sentence).toContain('contradict');
    },
  );

  it('asks nobody where nothing is proposed', async () => {
    const server = await standIn({ policy: POLICIES['always-first']! });
    expect(await askOn(server, 'crs', 'the cat')).toMatchObject({
      outcome: 'not-present',
      route: 'specialist',
    });
    expect(server.calls).toBe(0);
  });

  it('offers the whole picture where the detector does not know such things and sees none', async () => {
    const scene = paint([]);
    const [width, height] = [scene.picture.width, scene.picture.height];
    const none = await standIn({ policy: POLICIES['always-none']! });
    expect(await askOn(none, 'crs', 'the wombat', { scene })).toMatchObject({ outcome: 'not-present' });
    const first = await standIn({ policy: POLICIES['always-first']! });
    const { candidates } = await askOn(first, 'crs', 'the wombat', { scene });
    expect(candidates.map(({ box }) => box)).toEqual([[0, 0, width, height]]);
  });

  it('is undecided where the answer is no letter, after asking twice', async () => {
    const server = await standIn({
      policy: () => ({ text: 'Dogs are lovely animals.' }),
      dialect: { choices: 'ignored' },
    });
    const verdict = await askOn(server, 'crs', 'the friendly dog');
    expect(verdict).toMatchObject({ outcome: 'undecided', cost: { calls: 2 } });
    expect(verdict.candidates).toHaveLength(2);
  });

  it('offers no more candidates than it was told to', async () => {
    const scene = paint(
      Array.from({ length: 8 }, (_, i) => ({
        label: 'dog',
        box: [10 + 48 * i, 100, 50 + 48 * i, 160] as const,
      })),
    );
    const server = await standIn({ policy: POLICIES['always-none']! });
    for (const k of [3, 5, 8] as const) {
      await askOn(server, 'crs', 'the friendly dog', { scene, use: { k } });
      const { prompt } = server.received.at(-1)!.seen!;
      expect(prompt.match(/^[A-K]\. /gm)).toHaveLength(k + 1);
    }
  });

  it('leaves a model that likes the first option to chance', async () => {
    const server = await standIn({ policy: POLICIES['always-first']! });
    const rounds = 60;
    let right = 0;
    for (let seed = 0; seed < rounds; seed++) {
      const { candidates } = await askOn(server, 'crs', 'the friendly dog', { use: { seed } });
      if (candidates[0]!.box[0] === RIGHT[0]) right++;
    }
    // Two candidates: half, within three standard deviations.
    expect(Math.abs(right - rounds / 2)).toBeLessThan(3 * Math.sqrt(rounds / 4));
  });

  it('says what it could not do when the model is down', async () => {
    const server = await standIn({ faults: { rate: 1, of: ['html'] } });
    const verdict = await askOn(server, 'crs', 'the friendly dog');
    expect(verdict).toMatchObject({ outcome: 'undecided', degraded: true, route: 'specialist' });
    expect(verdict.sentence).toContain('So this is without it.');
    expect(verdict.candidates).toHaveLength(2);
  });
});
