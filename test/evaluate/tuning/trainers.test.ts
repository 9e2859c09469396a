import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildTuningSet } from '../../../src/evaluate/tuning/build.ts';
import { checkTuningSet } from '../../../src/evaluate/tuning/check.ts';
import type { TrainerName } from '../../../src/evaluate/tuning/trainers.ts';
import { IMAGES, questions, readRecords, tuningOptions } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'spotter-trainers-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function built(trainer: TrainerName) {
  const out = join(folder, trainer);
  const report = await buildTuningSet(tuningOptions(out, { trainer }));
  const files = [report.positivesOnly.file, report.withNone.file];
  const check = await checkTuningSet({ files, mediaDir: out, annotations: questions(40), images: IMAGES });
  const rows = readFileSync(report.withNone.file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { out, report, check, rows, file: report.withNone.file };
}

describe('a set for another trainer', () => {
  it('for ms-swift has the same records, and no table', async () => {
    const [swift, factory] = [await built('ms-swift'), await built('llama-factory')];
    expect(swift.rows).toEqual(factory.rows);
    expect(existsSync(join(swift.out, 'dataset_info.json'))).toBe(false);
    expect(existsSync(join(factory.out, 'dataset_info.json'))).toBe(true);
    expect(swift.report.usage).toBe(`ROOT_IMAGE_DIR=${swift.out} swift sft --dataset ${swift.file} …`);
    expect(swift.check).toMatchObject({ faulty: 0, compared: expect.any(Number) });
  });

  it('for TRL has prompt, completion and images: whole paths, and no token in the words', async () => {
    const [trl, factory] = [await built('trl'), await built('llama-factory')];
    expect(trl.rows).toHaveLength(factory.rows.length);
    for (const [i, row] of trl.rows.entries()) {
      expect(Object.keys(row)).toEqual(['prompt', 'completion', 'images']);
      const [{ content }, { content: letter }] = readRecords(factory.file)[i]!.messages;
      expect(row.prompt).toEqual([{ role: 'user', content: content.replace('<image>', '') }]);
      expect(row.completion).toEqual([{ role: 'assistant', content: letter }]);
      expect(row.prompt[0].content).not.toContain('<image>');
      expect(row.images.every((path: string) => isAbsolute(path) && existsSync(path))).toBe(true);
    }
    expect(trl.check).toMatchObject({ faulty: 0, compared: factory.check.compared });
  });

  it('is checked: a literal token in the words of TRL is a fault', async () => {
    const { out, file, rows } = await built('trl');
    rows[0].prompt[0].content = `<image>${rows[0].prompt[0].content}`;
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const { faults } = await checkTuningSet({ files: [file], mediaDir: out });
    expect(faults).toMatchObject([{ line: 1, what: '2 <image> for 1 images' }]);
  });
});
