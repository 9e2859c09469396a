import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { collectPublished } from '../../../src/evaluate/published/collect.ts';
import { printPublishedBoxes } from '../../../src/evaluate/published/print.ts';
import { readAnnotationSet } from '../../../src/evaluate/read/read.ts';
import { score } from '../../../src/evaluate/score/score.ts';

const PUBLISHED = fileURLToPath(new URL('../../../../shared/published', import.meta.url));
const annotations = () => readAnnotationSet(`${PUBLISHED}/annotations.json`, { uncut: true });
const authors = (name: string) => JSON.parse(readFileSync(`${PUBLISHED}/${name}`, 'utf8'));

describe.skipIf(!existsSync(PUBLISHED))(
  "the authors' figures (skipped where ../shared/published is absent)",
  () => {
    it('of boxes are printed, every one', async () => {
      const predictions = `${PUBLISHED}/predictions.jsonl`;
      const published = await collectPublished(annotations(), predictions);
      expect(published.boxes).toEqual(authors('figures.json'));
      const scores = await score(annotations(), predictions, { resampling: { resamples: 0 } });
      const text = printPublishedBoxes(published, scores);
      expect(text).toContain('eval_metric_mmdet.py');
      // Ours is the lowest rate with a true positive rate of .95 or more; theirs the nearest to .95.
      expect(text).toMatch(/swap_attr 1 image +74\.23 \| 74\.23 +72\.09 \| 86\.05 +76\.80 \| 76\.80/);
    });

    it('of letters are printed, every one', async () => {
      const published = await collectPublished(annotations(), `${PUBLISHED}/predictions-crs.jsonl`);
      expect(published.letters).toEqual(authors('figures-crs.json'));
    });
  },
);
