import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { Prediction } from '../../src/evaluate/prediction.ts';
import { hits, referenceBox } from '../../src/evaluate/prediction.ts';
import { readAnnotations } from '../../src/evaluate/read/read.ts';
import { nameOf } from '../../src/evaluate/run/file.ts';
import { helpOf, printHelp } from '../../src/evaluate/run/help.ts';
import { runEvaluation } from '../../src/evaluate/run/run.ts';
import { score } from '../../src/evaluate/score/score.ts';
import { startSimulated } from '../../src/evaluate/setup.ts';
import { recset } from '../detector/photos.ts';

const boxes = `${recset}boxes.json`;

/** Every nth question of the development set, answered. */
async function sampled(
  nth: number,
  { strategy, ...more }: { readonly strategy: string; readonly simulate: string; readonly boxes?: string },
) {
  const annotationFile = `${recset}dev.json`;
  const annotations = (await readAnnotations(annotationFile)).filter((_, i) => i % nth === 0);
  const { predictions } = await runEvaluation({
    ...{ annotations, annotationFile, images: `${recset}images`, atOnce: 2, ...more },
    config: readConfig({ flags: { strategy } }),
    signal: new AbortController().signal,
  });
  return { annotations, predictions: predictions as readonly Prediction[] };
}

describe.skipIf(!recset)('a simulated language model (skipped where ../shared/recset is absent)', () => {
  it('that knows the answers reaches with crs what the candidates allow, and finds no negative', async () => {
    const annotationFile = `${recset}dev.json`;
    const annotations = (await readAnnotations(annotationFile)).filter((_, i) => i % 20 === 0);
    const { predictions, identity } = await runEvaluation({
      ...{ annotations, annotationFile, images: `${recset}images`, boxes: `${recset}boxes.json` },
      ...{ simulate: 'oracle', config: readConfig({ flags: { strategy: 'crs' } }), atOnce: 2 },
      signal: new AbortController().signal,
    });
    const scores = await score(annotations, predictions, { resampling: { resamples: 0 } });
    const help = await helpOf(annotations, predictions, scores, scores);
    expect(help.precisionAt1).toEqual(help.reachable);
    expect(help.reachable.part).toBeGreaterThan(help.reachable.of / 2);
    expect(help.asked.part).toBeGreaterThan(help.asked.of / 2);
    expect(help.rejected.of).toBeGreaterThan(10);
    expect(help.rejected.part).toBe(help.rejected.of);
    expect(printHelp(help, nameOf(identity))).toContain('SIMULATED language model "oracle": no real model');
  });

  it('that likes the first option is left to chance by the shuffled order', async () => {
    const { annotations, predictions } = await sampled(4, {
      strategy: 'crs',
      simulate: 'always-first',
      boxes,
    });
    const references = new Map(annotations.map((a) => [a.id, referenceBox(a)]));
    // Each candidate is as likely to stand first as any other; None stands last.
    const chances = predictions.flatMap(({ id, boxes: chosen, rejected = [] }) => {
      const offered = [...chosen, ...rejected];
      const right = offered.filter((box) => hits(box, references.get(id))).length;
      return references.get(id) && offered.length > 0 ? [right / offered.length] : [];
    });
    const expected = chances.reduce((a, b) => a + b, 0);
    const deviation = Math.sqrt(chances.reduce((sum, p) => sum + p * (1 - p), 0));
    const right = predictions.filter(({ id, boxes: [first] }) => hits(first, references.get(id))).length;
    expect(chances.length).toBeGreaterThan(50);
    expect(Math.abs(right - expected)).toBeLessThan(1.96 * deviation);
  });

  it('is asked about half of the questions by auto, which loses nothing to crs by it', async () => {
    const help = async (strategy: string) => {
      const { annotations, predictions } = await sampled(12, { strategy, simulate: 'oracle' });
      const scores = await score(annotations, predictions, { resampling: { resamples: 0 } });
      const { asked, precisionAt1 } = await helpOf(annotations, predictions, scores, scores);
      return { asked: asked.part / asked.of, right: precisionAt1.part / precisionAt1.of };
    };
    const [auto, crs] = [await help('auto'), await help('crs')];
    // Of the whole set .523; a sample this small is as much as .07 off by chance.
    expect(auto.asked).toBeLessThanOrEqual(0.55 + 0.1);
    expect(auto.right).toBeGreaterThanOrEqual(crs.right - 0.02);
  }, 240_000);

  it('of which nobody knows is said', async () => {
    const known = { annotations: `${recset}dev.json`, images: `${recset}images` };
    await expect(startSimulated('clairvoyant', known)).rejects.toMatchObject({
      code: 'bad-usage',
      hint: expect.stringMatching(/clairvoyant.*oracle/),
    });
  });
});
