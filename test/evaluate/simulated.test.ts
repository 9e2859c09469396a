import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { readAnnotations } from '../../src/evaluate/read/read.ts';
import { helpOf, printHelp } from '../../src/evaluate/run/help.ts';
import { nameOf } from '../../src/evaluate/run/identity.ts';
import { runEvaluation } from '../../src/evaluate/run/run.ts';
import { score } from '../../src/evaluate/score/score.ts';
import { startSimulated } from '../../src/evaluate/simulated.ts';
import { recset } from '../specialist/photos.ts';

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

  it('of which nobody knows is said', async () => {
    const known = { annotations: `${recset}dev.json`, images: `${recset}images` };
    await expect(startSimulated('clairvoyant', known)).rejects.toMatchObject({
      code: 'bad-usage',
      hint: expect.stringMatching(/clairvoyant.*oracle/),
    });
  });
});
