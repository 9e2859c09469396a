import { describe, expect, it } from 'vitest';
import { optionsOf, POLICIES } from '../../src/evaluate/stand-in/policies.ts';
import type { Policy } from '../../src/evaluate/stand-in/wire.ts';
import { standIn } from '../mllm/reply/other-options.ts';
import { paint } from '../reasoning/scene.ts';
import { askOn } from './asking-world.ts';

const EIGHT = paint(
  Array.from({ length: 8 }, (_, i) => ({ label: 'dog', box: [10 + 48 * i, 100, 50 + 48 * i, 160] as const })),
);

/** The first or the last option, with so much probability. */
const choosing =
  (which: 'first' | 'none', p: number): Policy =>
  ({ prompt }) => {
    const letters = optionsOf(prompt).map(({ letter }) => letter);
    const text = letters.at(which === 'first' ? 0 : -1)!;
    const rest = Math.log((1 - p) / (letters.length - 1));
    return { text, first: letters.map((token) => ({ token, logprob: token === text ? Math.log(p) : rest })) };
  };

describe('auto', () => {
  it.each([
    'the dog on the left',
    'the dogs',
    'the friendly dogs',
    'the cat',
    'the green dog',
    'the wombats',
  ])('asks nobody about "%s"', async (expression) => {
    const server = await standIn({ policy: POLICIES['always-first']! });
    expect((await askOn(server, 'auto', expression)).route).toBe('reasoning');
    expect(server.calls).toBe(0);
  });

  it('asks about what it cannot judge, and tells what it knows', async () => {
    const server = await standIn({ policy: choosing('first', 0.95) });
    const verdict = await askOn(server, 'auto', 'the friendly dog');
    expect(verdict).toMatchObject({ outcome: 'found', route: 'mllm', strategy: 'auto', cost: { calls: 1 } });
    const { prompt } = server.received[0]!.seen!;
    expect(prompt).toContain('surely seen in the picture: 2 dogs');
    expect(prompt).toMatch(/Not judged yet[^\n]*\n- "friendly"/);
  });

  it('tells what must not be so as that', async () => {
    const server = await standIn({ policy: choosing('first', 0.95) });
    await askOn(server, 'auto', 'the friendly dog that is not green');
    const { prompt } = server.received[0]!.seen!;
    expect(prompt).toContain("not 'green' holds");
    expect(prompt.replaceAll("not 'green' holds", '')).not.toContain("'green' holds");
  });

  it.each([
    ['first', 0.4, 'undecided'],
    ['none', 0.55, 'undecided'],
    ['none', 0.97, 'not-present'],
  ] as const)('%s with probability %d is %s', async (which, p, outcome) => {
    const server = await standIn({ policy: choosing(which, p) });
    const verdict = await askOn(server, 'auto', 'the friendly dog');
    expect(verdict).toMatchObject({ outcome, route: 'mllm' });
  });

  it('asks once more and wider after None; a wider round that fails proves nothing', async () => {
    const server = await standIn({ policy: choosing('none', 0.97) });
    const asked = () => askOn(server, 'auto', 'the friendly dog', { scene: EIGHT });
    expect(await asked()).toMatchObject({ outcome: 'not-present', cost: { calls: 2 } });
    server.script(undefined, 'html');
    expect(await asked()).toMatchObject({ outcome: 'undecided', degraded: true, cost: { calls: 2 } });
  });

  it('asks about a thing that the detector has no name for: it may see it as something else', async () => {
    const named = await standIn({ policy: choosing('first', 0.95) });
    expect(await askOn(named, 'auto', 'the wombat')).toMatchObject({ outcome: 'found', route: 'mllm' });
    expect(named.received[0]!.seen!.prompt.match(/^[A-Z]\. /gm)).toHaveLength(3);
    const none = await standIn({ policy: choosing('none', 0.97) });
    const verdict = await askOn(none, 'auto', 'the wombat');
    expect(verdict).toMatchObject({ outcome: 'undecided', route: 'mllm', cost: { calls: 1 } });
    expect(verdict.sentence).toContain('I do not know what "wombat" is');
  });

  it('asks whether there is one, which it cannot judge, and says yes or no', async () => {
    const yes = await standIn({ policy: choosing('first', 0.95) });
    const there = await askOn(yes, 'auto', 'is there a friendly dog?');
    expect(there).toMatchObject({
      outcome: 'found',
      route: 'mllm',
      question: { kind: 'exists', value: true },
    });
    expect(there.sentence).toMatch(/^Yes: found .* \(\d+ % sure\)\.$/);
    expect(yes.received[0]!.seen!.prompt).not.toContain('is there');
    const no = await standIn({ policy: choosing('none', 0.97) });
    const absent = await askOn(no, 'auto', 'is there a friendly dog?');
    expect(absent).toMatchObject({ outcome: 'not-present', question: { kind: 'exists', value: false } });
    expect(absent.sentence).toMatch(/^No, I see /);
  });

  it.each([
    'how many friendly dogs are there?',
    'what colour is the dog?',
    'who won the cup?',
    'is there a dog?',
  ])('asks nobody "%s", in whatever way', async (expression) => {
    const server = await standIn({ policy: POLICIES['always-first']! });
    for (const strategy of ['auto', 'crs', 'mllm'] as const) {
      expect(await askOn(server, strategy, expression)).toMatchObject({
        route: 'reasoning',
        strategy: 'auto',
      });
    }
    expect(server.calls).toBe(0);
  });

  it('is no surer of the box than of the letter', async () => {
    const server = await standIn({ policy: choosing('first', 0.6) });
    const { right, presence } = await askOn(server, 'auto', 'the friendly dog');
    expect(right).toBeCloseTo(0.6, 5);
    expect(right).toBeLessThanOrEqual(presence);
  });
});
