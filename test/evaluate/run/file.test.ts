import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failedPrediction, type Prediction } from '../../../src/evaluate/prediction.ts';
import { identityFile, mergePredictions, openPredictions } from '../../../src/evaluate/run/file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-predictions-'));
  path = join(folder, 'preds.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const identity = { strategy: 'auto', specialist: 'starter' };
const prediction = (id: string): Prediction => ({
  id,
  boxes: [[1, 2, 3, 4]],
  scores: [0.5],
  presence: 0.6,
  outcome: 'found',
  timings_ms: { total: 1 },
});
const failed = (id: string) => failedPrediction(id, { code: 'mllm-down', message: 'Down.' }, 1);
const write = async (...predictions: Prediction[]) => {
  const file = await openPredictions(path, { identity });
  for (const one of predictions) await file.append(one);
  await file.close();
};
const ids = (file = path) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).id);

describe('a prediction file', () => {
  it('is taken up again', async () => {
    await write(prediction('a'), prediction('b'));
    const file = await openPredictions(path, { identity });
    expect([...file.done]).toEqual(['a', 'b']);
    await file.append(prediction('c'));
    await file.close();
    expect(ids()).toEqual(['a', 'b', 'c']);
  });

  it.each([1, 10, 80])(
    'loses a last line that was cut off after %d characters, and nothing else',
    async (n) => {
      await write(prediction('a'), prediction('b'));
      const whole = readFileSync(path, 'utf8');
      writeFileSync(path, whole + whole.slice(0, n));
      await write(prediction('c'));
      expect(ids()).toEqual(['a', 'b', 'c']);
    },
  );

  it('of one torn line begins anew', async () => {
    await write();
    appendFileSync(path, `{"id":"${'long'.repeat(50_000)}`);
    const file = await openPredictions(path, { identity });
    expect(file.done.size).toBe(0);
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('leaves lines alone that are none, and says how many', async () => {
    await write(prediction('a'));
    appendFileSync(path, 'not json\n{"id":"b"}\n');
    const file = await openPredictions(path, { identity });
    await file.close();
    expect([file.badLines, [...file.done]]).toEqual([2, ['a']]);
  });

  it('keeps failures, and asks them again only where that is wanted', async () => {
    await write(prediction('a'), failed('b'), failed('c'));
    const done = async (retryErrors: boolean) => {
      const file = await openPredictions(path, { identity, retryErrors });
      await file.close();
      return [...file.done];
    };
    expect([await done(false), await done(true)]).toEqual([['a', 'b', 'c'], ['a']]);
  });

  it('is not mixed with answers of another system, nor with those of nobody knows whom', async () => {
    await write(prediction('a'));
    const other = openPredictions(path, { identity: { ...identity, strategy: 'crs' } });
    await expect(other).rejects.toMatchObject({
      code: 'bad-usage',
      message: expect.stringContaining('strategy was auto and is crs'),
    });
    rmSync(identityFile(path));
    await expect(openPredictions(path, { identity })).rejects.toMatchObject({ code: 'bad-usage' });
    expect(ids()).toEqual(['a']);
    const fresh = await openPredictions(path, { identity, fresh: true });
    await fresh.close();
    expect([fresh.done.size, existsSync(identityFile(path))]).toEqual([0, true]);
  });

  it('that cannot be written is said', async () => {
    const nowhere = openPredictions(join(folder, 'no', 'such.jsonl'), { identity });
    await expect(nowhere).rejects.toMatchObject({ code: 'cannot-write' });
  });
});

describe('parts of a run', () => {
  const part = async (name: string, own: typeof identity, ...predictions: Prediction[]) => {
    const file = await openPredictions(join(folder, name), { identity: own });
    for (const one of predictions) await file.append(one);
    await file.close();
    return join(folder, name);
  };

  it('are one line an id; an answer counts more than a failure', async () => {
    const one = await part('1', identity, prediction('a'), failed('b'), prediction('c'));
    const two = await part('2', identity, prediction('b'), failed('c'), prediction('d'));
    appendFileSync(two, 'no prediction\n');
    expect(await mergePredictions([one, two], path)).toEqual({ predictions: 4, repeated: 2, badLines: 1 });
    expect(ids()).toEqual(['a', 'b', 'c', 'd']);
    expect(readFileSync(path, 'utf8')).not.toContain('mllm-down');
    const merged = await openPredictions(path, { identity });
    await merged.close();
    expect(merged.done.size).toBe(4);
  });

  it('of different runs are not put together', async () => {
    const one = await part('1', identity, prediction('a'));
    const two = await part('2', { ...identity, strategy: 'crs' }, prediction('b'));
    await expect(mergePredictions([one, two], path)).rejects.toMatchObject({
      code: 'bad-usage',
      message: expect.stringContaining('strategy was auto and is crs'),
    });
    expect(existsSync(path)).toBe(false);
  });
});
