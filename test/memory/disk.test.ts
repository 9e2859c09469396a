import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnswers } from '../../src/memory/answers.ts';
import { openDisk } from '../../src/memory/disk.ts';
import { NO_COST } from '../../src/mllm/cost.ts';
import type { StrategyDeps } from '../../src/strategy/strategy.ts';
import { loadCalibration } from '../../src/verdict/calibration.ts';
import { verdict } from '../evaluate/answers.ts';
import { eyesOn, paint } from '../reasoning/scene.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spotter-disk-'));
});
afterAll(() => rm(folder, { recursive: true }));

const deps: StrategyDeps = { specialist: eyesOn(paint([])), calibration: loadCalibration() };
const QUESTION = { sha256: 'a', expression: 'the dog', strategy: 'auto' };
const answered = (calls: number) => ({ ...verdict('undecided'), cost: { ...NO_COST, calls } });

describe('a store in a file', () => {
  it('drops the oldest beyond its bound, and nothing else', async () => {
    let time = 0;
    const store = openDisk({ path: join(folder, 'bounded.db'), max: 20, now: () => time++ });
    for (let i = 0; i < 21; i++) await store.set(`k${i}`, `v${i}`);
    const kept = Array.from({ length: 21 }, (_, i) => i).filter((i) => store.get(`k${i}`) === `v${i}`);
    store.close();
    expect(kept).toEqual(Array.from({ length: 18 }, (_, i) => i + 3));
  });

  it('is shared with other processes', async () => {
    const path = join(folder, 'shared.db');
    const store = openDisk({ path, max: 10 });
    await store.set('mine', 'a');
    const script = `import { openDisk } from ${JSON.stringify(fileURLToPath(new URL('../../src/memory/disk.ts', import.meta.url)))};
      const store = openDisk({ path: ${JSON.stringify(path)}, max: 10 });
      await store.set('theirs', store.get('mine') + 'b');
      process.kill(process.pid, 'SIGKILL');`;
    const file = join(folder, 'other.mts');
    await writeFile(file, script);
    const run = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
    await expect(promisify(execFile)(process.execPath, [run, file])).rejects.toMatchObject({
      signal: 'SIGKILL',
    });
    expect(store.get('theirs')).toBe('ab');
    store.close();
  });
});

describe('answers in a file', () => {
  const path = () => join(folder, 'answers.db');

  it('outlive the process when a language model was paid for them, and only then', async () => {
    const first = createAnswers(deps, { path: path() });
    await first.remember(QUESTION, async () => answered(1));
    await first.remember({ ...QUESTION, sha256: 'b' }, async () => answered(0));
    await first.close();
    const again = createAnswers(deps, { path: path() });
    const unasked = () => Promise.reject(new Error('asked'));
    const known = await again.remember(QUESTION, unasked);
    expect(known).toMatchObject({ outcome: 'undecided', cost: { calls: 0 } });
    expect(known.trace[0]!.said).toContain('answered before');
    await expect(again.remember({ ...QUESTION, sha256: 'b' }, unasked)).rejects.toThrow('asked');
    await again.close();
  });

  it('are given all the same where the file cannot be opened; the trace says why', async () => {
    const broken = join(folder, 'broken.db');
    await writeFile(broken, 'This is no database.'.repeat(1000));
    const answers = createAnswers(deps, { path: broken });
    const given = await answers.remember(QUESTION, async () => answered(1));
    expect(given).toMatchObject({ outcome: 'undecided', cost: { calls: 1 } });
    expect(given.trace.at(-1)).toMatchObject({
      name: 'memory',
      said: expect.stringMatching(/^answers cannot be kept in a file: \S/),
    });
    await answers.close();
  });
});
