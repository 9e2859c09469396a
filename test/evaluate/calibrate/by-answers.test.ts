import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { printCalibration, writeCalibration } from '../../../src/evaluate/calibrate/report.ts';
import { calibrateStrategy } from '../../../src/evaluate/calibrate/trials.ts';
import type { Annotation } from '../../../src/evaluate/prediction.ts';
import { lineOf, type Prediction } from '../../../src/evaluate/prediction.ts';
import { calibrationHash, type Identity, writeIdentity } from '../../../src/evaluate/run/file.ts';
import { type Calibration, calibrationFor, loadCalibration } from '../../../src/reasoning/calibration.ts';
import { answer, failed, negative, positive, WRONG } from '../score/made.ts';
import { overconfident } from './trials.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-calibrate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);

/** Positives and negatives, and their answers, of which the presence promises too much. */
function world(n = 400, photos = 40): { annotations: Annotation[]; predictions: Prediction[] } {
  const trials = overconfident({ n, photos });
  return {
    annotations: trials.map(({ photo, present }, i) =>
      present ? positive(`${i}`, { file_name: photo }) : negative(`${i}`, 'none', { file_name: photo }),
    ),
    predictions: trials.map(({ outcome, presence, right }, i) =>
      answer(`${i}`, {
        ...{ outcome, presence, strategy: 'crs', boxes: outcome === 'not-present' ? [] : [WRONG] },
        ...(right && { boxes: [[10, 10, 30, 30]] }),
      }),
    ),
  };
}

const identity = (more: Partial<Record<string, string>> = {}): Identity =>
  Object.fromEntries(
    Object.entries({
      ...{ strategy: 'crs', specialist: 'starter@default', 'language model': 'some-model' },
      ...{ calibration: calibrationHash(calibrationFor('starter')), ...more },
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

async function fileOf(name: string, predictions: readonly Prediction[], made?: Identity): Promise<string> {
  const lines = predictions.map((prediction) => `${lineOf(prediction)}\n`);
  writeFileSync(path(name), lines.join(''));
  if (made) await writeIdentity(path(name), made);
  return path(name);
}

const config = (calibration?: string) => readConfig({ env: {}, flags: { calibration } });
const { annotations, predictions } = world();
const calibrate = (file: string, more: { calibration?: string; of?: readonly Annotation[] } = {}) =>
  calibrateStrategy({
    config: config(more.calibration),
    annotations: more.of ?? annotations,
    predictions: file,
  });

describe('calibrateStrategy', () => {
  it('adds the scale of a strategy to the calibration in use, and shows what it is worth', async () => {
    const report = await calibrate(await fileOf('crs.jsonl', predictions, identity()));
    const { strategies, ...rest } = report.calibration;
    expect(rest).toEqual(loadCalibration());
    expect(Object.keys(strategies!)).toEqual(['crs']);
    expect(strategies!.crs!.method).toContain(
      '400 answers (crs, starter@default, language model some-model)',
    );
    expect(report).toMatchObject({ scaled: 'crs', questions: 400, photos: 40, before: { questions: 400 } });
    expect(report.positives + report.negatives).toBe(400);
    expect(report.after.calibrationError).toBeLessThan(report.before.calibrationError / 2);
    expect(report.after.brier).toBeLessThan(report.before.brier);
  });

  it('writes what the bot loads, and adds a second strategy to it', async () => {
    const first = await calibrate(await fileOf('one.jsonl', predictions, identity()));
    const out = path('calibration.json');
    await writeCalibration(out, first.calibration);
    expect(calibrationFor('starter', out)).toEqual(first.calibration);
    const others = predictions.map((prediction) => ({ ...prediction, strategy: 'sfa' }));
    const file = await fileOf('two.jsonl', others, identity({ strategy: 'sfa' }));
    const second = await calibrate(file, { calibration: out });
    await writeCalibration(out, second.calibration);
    const { crs, sfa } = calibrationFor('starter', out).strategies!;
    expect(crs).toEqual(first.calibration.strategies!.crs);
    expect({ ...sfa, method: '' }).toEqual({ ...crs, method: '' });
  });

  it('makes one that was borrowed the own one of the detector', async () => {
    const borrowed = calibrationFor('grounding-dino-tiny');
    const made = identity({
      specialist: 'grounding-dino-tiny@q4f16',
      calibration: calibrationHash(borrowed),
    });
    const { calibration } = await calibrate(await fileOf('dino.jsonl', predictions, made));
    expect(calibration).toMatchObject({ id: 'grounding-dino-tiny', absent: borrowed.absent });
    const out = path('dino.json');
    await writeCalibration(out, calibration);
    expect(calibrationFor('grounding-dino-tiny', out).strategies).toHaveProperty('crs');
  });

  it('leaves out what says nothing of the strategy, and counts it', async () => {
    const lines = [
      ...predictions.slice(0, 300),
      ...predictions.slice(300, 310).map((p) => ({ ...p, degraded: true })),
      ...predictions.slice(310, 312).map((p) => ({ ...p, route: 'picked' as const })),
      ...predictions.slice(312, 315).map(({ presence: _, ...p }) => p),
      ...predictions.slice(315, 319).map(({ id }) => failed(id)),
      answer('of another set', { strategy: 'auto' }),
    ];
    const file = await fileOf('mixed.jsonl', lines, identity());
    writeFileSync(file, `${readFileSync(file, 'utf8')}{torn`);
    const report = await calibrate(file);
    expect(report.questions).toBe(300);
    expect(report.leftOut).toEqual({
      'without a prediction': 81,
      'that failed': 4,
      'answered without the language model that should have been asked': 10,
      'picked by a person': 2,
      'without a presence': 3,
      'lines that are no prediction': 1,
      'predictions of other ids': 1,
    });
    expect(printCalibration(report)).toContain('\nleft out: 81 without a prediction\n');
  });

  it('takes a negative for one whatever box it carries, and the last answer to a question', async () => {
    const again = predictions.map((prediction) => ({ ...prediction, presence: 0.5 }));
    const both = await calibrate(await fileOf('again.jsonl', [...again, ...predictions], identity()));
    const once = await calibrate(await fileOf('once.jsonl', predictions, identity()));
    expect(both.calibration.strategies).toEqual(once.calibration.strategies);
    expect(once.negatives).toBe(annotations.filter((a) => a.negative_type !== undefined).length);
    expect(annotations.every(({ bbox }) => bbox !== null)).toBe(true);
  });

  it('warns where the set is small, where nothing tells what answered, and where that was simulated', async () => {
    const few = await fileOf('few.jsonl', predictions.slice(0, 150), identity());
    const small = await calibrate(few, { of: annotations.slice(0, 150) });
    expect(small.warnings.filter((w) => w.includes('this is a guess'))).toEqual([
      `There are only ${small.positives} positives; with fewer than 100 this is a guess.`,
      `There are only ${small.negatives} negatives; with fewer than 100 this is a guess.`,
    ]);
    const { warnings } = await calibrate(await fileOf('unknown.jsonl', predictions));
    expect(warnings[0]).toContain('taken on trust');
    const simulated = identity({ 'language model': 'simulated-oracle' });
    const report = await calibrate(await fileOf('simulated.jsonl', predictions, simulated));
    expect(report.warnings[0]).toContain('SIMULATED');
    expect(report.calibration.strategies!.crs!.method).toContain('SIMULATED');
  });
});

describe('answers that cannot be calibrated on', () => {
  const refused = async (lines: readonly Prediction[], made: Identity | undefined, of = annotations) =>
    expect(calibrate(await fileOf('refused.jsonl', lines, made), { of })).rejects;

  it('are those whose presence is scaled already', async () => {
    await (await refused(predictions, identity({ presence: 'scaled by 123' }))).toMatchObject({
      code: 'bad-usage',
      message: expect.stringContaining('would be scaled twice'),
    });
  });

  it('are those of another calibration', async () => {
    await (await refused(predictions, identity({ calibration: 'another' }))).toThrow('another calibration');
  });

  it('are those of given boxes', async () => {
    await (await refused(predictions, identity({ specialist: 'given-boxes' }))).toThrow(
      'boxes that were given',
    );
  });

  it('are those of several strategies, of none, and of one that there is not', async () => {
    const odd = (strategy: string | undefined) => [...predictions.slice(1), { ...predictions[0]!, strategy }];
    const all = (strategy: string | undefined) => predictions.map((p) => ({ ...p, strategy }));
    await (await refused(odd('auto'), identity())).toThrow('of several strategies: crs, auto.');
    await (await refused(odd(undefined), identity())).toThrow('of several strategies: crs, none.');
    await (await refused(all('guess'), identity())).toThrow('of a strategy that there is');
    await (await refused(all(undefined), identity())).toThrow('of a strategy that there is');
    await (await refused([], identity())).toThrow('none of the questions');
  });

  it('are those to one kind of question', async () => {
    const positives = annotations.filter(({ negative_type }) => negative_type === undefined);
    await (await refused(predictions, identity(), positives)).toThrow('There are no negatives among the');
  });

  it('are those whose presence falls with what is there', async () => {
    const contrary = predictions.map((p) => ({ ...p, presence: 1 - p.presence! }));
    await (await refused(contrary, identity())).toThrow('does not grow');
  });

  it('are those of a calibration that is another detector’s', async () => {
    const out = path('foreign.json');
    writeFileSync(out, JSON.stringify({ ...loadCalibration(), id: 'other' }));
    const file = await fileOf('foreign.jsonl', predictions, identity());
    await expect(calibrate(file, { calibration: out })).rejects.toMatchObject({ code: 'bad-config' });
  });
});

describe('writeCalibration', () => {
  const shipped: Calibration = loadCalibration();
  const scale = { method: '', bias: 0, weight: 1, found: 0.5, absent: 0.5 };

  it('does not throw away what was measured, nor what is something else', async () => {
    const out = path('kept.json');
    await writeCalibration(out, { ...shipped, strategies: { crs: scale } });
    const before = readFileSync(out, 'utf8');
    const other = { ...shipped, strategies: { sfa: scale } };
    await expect(writeCalibration(out, other)).rejects.toThrow('holds what was measured of crs');
    await expect(writeCalibration(out, shipped)).rejects.toThrow('would be lost');
    expect(readFileSync(out, 'utf8')).toBe(before);
    writeFileSync(out, '{"annotations": []}');
    await expect(writeCalibration(out, shipped)).rejects.toThrow('is no calibration');
  });

  it('replaces one that was fitted to other features', async () => {
    const out = path('old.json');
    writeFileSync(out, JSON.stringify({ ...shipped, features: ['size'] }));
    await writeCalibration(out, shipped);
    expect(loadCalibration(out)).toEqual(shipped);
  });
});
