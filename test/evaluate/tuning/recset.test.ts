import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Annotation } from '../../../src/evaluate/prediction.ts';
import { buildTuningSet } from '../../../src/evaluate/tuning/build.ts';
import { readProposals } from '../../../src/evaluate/tuning/candidates.ts';
import { checkTuningSet } from '../../../src/evaluate/tuning/check.ts';
import { knows, temporaryFolders } from './world.ts';

const RECSET = fileURLToPath(new URL('../../../../shared/recset', import.meta.url));
const folder = temporaryFolders();

it.skipIf(!existsSync(join(RECSET, 'dev.json')))(
  'a set of annotated photos is sound (skipped where ../shared/recset is absent)',
  async () => {
    const rows: object = JSON.parse(readFileSync(join(RECSET, 'dev.json'), 'utf8'));
    const annotations = Object.values(rows).map((row) => Annotation.parse(row));
    const images = join(RECSET, 'images');
    const out = folder();
    const proposals = await readProposals(join(RECSET, 'boxes.json'));
    const report = await buildTuningSet({ annotations, images, proposals, knows, out, k: 8, noneShare: 0.5 });
    expect(report).toMatchObject({ annotations: 608, positives: 292, inserted: 0, problems: [] });
    const skipped = Object.values(report.skipped).reduce((sum, { count }) => sum + count, 0);
    expect(skipped).toBeLessThan(20);
    expect(report.withNone.none.foreign).toBeGreaterThan(100);
    const files = [report.positivesOnly.file, report.withNone.file];
    const checked = await checkTuningSet({ files, mediaDir: out, annotations, images });
    const records = report.positivesOnly.records + report.withNone.records;
    expect(checked).toEqual({ records, compared: records, faulty: 0, faults: [] });
  },
);
