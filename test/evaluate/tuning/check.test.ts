import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildTuningSet } from '../../../src/evaluate/tuning/build.ts';
import { checkTuningSet, printCheckReport } from '../../../src/evaluate/tuning/check.ts';
import type { TuningRecord, TuningReport } from '../../../src/evaluate/tuning/record.ts';
import { answerOf, IMAGES, promptOf, readRecords, temporaryFolders, tuningOptions } from './world.ts';

const folder = temporaryFolders();
const { annotations } = tuningOptions('');
let mediaDir: string;
let report: TuningReport;
let positive: TuningRecord;
let none: TuningRecord;
beforeAll(async () => {
  mediaDir = folder();
  report = await buildTuningSet(tuningOptions(mediaDir, { noneShare: 0.5, foreignShare: 0 }));
  positive = readRecords(report.positivesOnly.file)[0]!;
  none = readRecords(report.withNone.file).find((record) => answerOf(record) === 'F')!;
});

const known = { annotations, images: IMAGES };
function check(records: readonly unknown[], more: object = known) {
  const file = join(mediaDir, 'changed.jsonl');
  writeFileSync(
    file,
    records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n'),
  );
  return checkTuningSet({ files: [file], mediaDir, ...more });
}

const withPrompt = (record: TuningRecord, change: (prompt: string) => string): TuningRecord => ({
  ...record,
  messages: [{ role: 'user', content: change(promptOf(record)) }, record.messages[1]],
});
const withAnswer = (record: TuningRecord, content: string): TuningRecord => ({
  ...record,
  messages: [record.messages[0], { role: 'assistant', content }],
});
/** Another letter than the right one. */
const wrong = (record: TuningRecord): string => (answerOf(record) === 'A' ? 'B' : 'A');

describe('a written set', () => {
  it('is sound, and all its answers are those of the annotations', async () => {
    const files = [report.positivesOnly.file, report.withNone.file];
    const checked = await checkTuningSet({ files, mediaDir, ...known });
    expect(checked).toEqual({ records: 120, compared: 120, faulty: 0, faults: [] });
    expect(printCheckReport(checked)).toBe(
      '120/120 records are sound; 120/120 answers compared with annotations',
    );
  });

  it('can be checked without annotations', async () => {
    const checked = await checkTuningSet({ files: [report.positivesOnly.file], mediaDir });
    expect(checked).toMatchObject({ records: 40, compared: 0, faulty: 0 });
  });

  it('that is not there is not found', async () => {
    const missing = checkTuningSet({ files: [join(mediaDir, 'no.jsonl')], mediaDir });
    await expect(missing).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a record is faulty', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['that is torn', () => '{"messages": [', /no record/],
    [
      'with a role that there is not',
      () => ({ ...positive, messages: [{ role: 'human', content: '' }] }),
      /no record/,
    ],
    ['whose image is not there', () => ({ ...positive, images: ['no.jpg'] }), /there is no image .*no\.jpg/],
    [
      'without the token',
      () => withPrompt(positive, (p) => p.replace('<image>', '')),
      /0 <image> for 1 images/,
    ],
    ['with the token twice', () => withPrompt(positive, (p) => `${p}<image>`), /2 <image> for 1 images/],
    [
      'with two images',
      () =>
        withPrompt({ ...positive, images: [...positive.images, ...positive.images] }, (p) => `<image>${p}`),
      /it has 2 images/,
    ],
    ['with other words', () => withPrompt(positive, (p) => p.replace('Answer with', 'Say')), /not the one/],
    [
      'whose letters are out of order',
      () => withPrompt(positive, (p) => p.replace('\nB. ', '\nC. ')),
      /not the one/,
    ],
    [
      'whose box is not written as it is sent',
      () => withPrompt(positive, (p) => p.replace(/\),\(/, '), (')),
      /not the one/,
    ],
    ['whose answer is no letter', () => withAnswer(positive, 'the dog'), /"the dog" was not offered/],
    ['whose answer was not offered', () => withAnswer(positive, 'F'), /"F" was not offered/],
    [
      'whose answer is another region',
      () => withAnswer(positive, wrong(positive)),
      /not on the annotated region/,
    ],
    ['whose answer should be None', () => withAnswer(none, 'A'), /answer A is not on the annotated region/],
    ['whose None is wrong', wrongNone, /its answer is None, but [A-E] is right/],
    [
      'whose expression is of another picture',
      () => withPrompt(positive, (p) => p.replace(/Description: "[^"]*"/, 'Description: "the moon"')),
      /not on the annotated region/,
    ],
  ])('%s', async (_, change, what) => {
    const checked = await check([positive, '', change(), none]);
    expect(checked).toMatchObject({ records: 3, faulty: 1, faults: [{ line: 3 }] });
    expect(checked.faults[0]!.what).toMatch(what);
    expect(printCheckReport(checked)).toMatch(/^2\/3 records are sound.*\n {2}\S*changed\.jsonl:3: /);
  });

  function wrongNone(): TuningRecord {
    const right = readRecords(report.withNone.file).find((record) => answerOf(record) !== 'F')!;
    return withAnswer(right, 'F');
  }

  it('and of many the first are listed', async () => {
    const checked = await check(Array.from({ length: 30 }, () => '{}'));
    expect([checked.faulty, checked.faults.length]).toEqual([30, 20]);
    expect(printCheckReport(checked)).toContain('and 10 more');
  });
});
