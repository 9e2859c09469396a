import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { help, printHelp } from '../../src/evaluate/help.ts';
import { measure } from '../../src/evaluate/measure.ts';
import { pictureStore } from '../../src/evaluate/pictures.ts';
import { readAnnotations } from '../../src/evaluate/read/read.ts';
import { specialistFor } from '../../src/evaluate/setup.ts';
import { startSimulated } from '../../src/evaluate/simulated.ts';
import { mllmFrom } from '../../src/strategy/mllm-use.ts';
import { loadCalibration } from '../../src/verdict/calibration.ts';
import { recset } from '../specialist/photos.ts';

describe.skipIf(!recset)('a simulated language model (skipped where ../shared/recset is absent)', () => {
  it('that knows the answers reaches with crs what the candidates allow, and finds no negative', async () => {
    const annotations = `${recset}dev.json`;
    const images = `${recset}images`;
    const sample = (await readAnnotations(annotations)).filter((_, i) => i % 20 === 0);
    const simulated = await startSimulated('oracle', { annotations, images });
    const flags = { mllmModel: simulated.model, mllmBaseUrl: simulated.baseURL };
    const config = readConfig({ flags });
    const pictureOf = pictureStore(images);
    const specialist = await specialistFor(config, `${recset}boxes.json`, sample, pictureOf);
    const deps = {
      specialist,
      calibration: loadCalibration(),
      strategy: 'crs',
      mllm: mllmFrom(config),
    } as const;
    try {
      const measured = await measure(sample, pictureOf, deps);
      const { precisionAt1, reachable, asked } = help(measured, measured);
      expect(precisionAt1).toEqual(reachable);
      expect(reachable.part).toBeGreaterThan(reachable.of / 2);
      expect(asked.part).toBeGreaterThan(asked.of / 2);
      const negatives = measured.filter(({ annotation }) => annotation.bbox === null);
      expect(negatives.length).toBeGreaterThan(10);
      expect(negatives.filter(({ verdict }) => verdict?.outcome === 'found')).toEqual([]);
      expect(printHelp(help(measured, measured), 'SIMULATED')).toContain('Language model: SIMULATED');
    } finally {
      simulated.close();
      await specialist.close();
    }
  });
});
