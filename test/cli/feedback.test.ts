import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFeedback } from '../../src/store/feedback.ts';
import { openStore } from '../../src/store/open.ts';
import { verdict } from '../evaluate/answers.ts';
import { ErrorSchema, oneLine, spotter } from './spotter.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spotter-feedback-cli-'));
  const store = await openStore({ path: join(folder, 'state', 'memory.db') });
  await createFeedback(store).add(
    {
      ...{ right: true, expression: 'the dog', sha256: 'ab'.repeat(32) },
      place: { platform: 'test', conversation: 'c', channel: 'ch', asker: 'u' },
      picture: { url: 'x', origin: 'platform' },
      verdict: verdict('found', [1, 2, 3, 4]),
    },
    () => expect.fail('fetched'),
  );
  await store.close();
});
afterAll(() => rm(folder, { recursive: true }));

const run = (env: NodeJS.ProcessEnv, ...args: readonly string[]) =>
  spotter(['feedback', 'export', ...args], {
    cwd: folder,
    env: { SPOTTER_STATE: join(folder, 'state'), REDIS_URL: '', ...env },
  });

describe('spotter feedback export', () => {
  it('writes what people said to the bot of the same state', async () => {
    const { code, stdout, stderr } = await run({}, '--out', 'set');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe('1 annotations, 0 questions to annotate, 0 pictures, 1 that were not kept: set\n');
    expect((await readdir(join(folder, 'set'))).sort()).toEqual([
      'annotations.jsonl',
      'images',
      'to-annotate.jsonl',
    ]);
    const line = JSON.parse(await readFile(join(folder, 'set', 'annotations.jsonl'), 'utf8'));
    expect(line).toMatchObject({ expression: 'the dog', bbox: [1, 2, 2, 2] });
  });

  it('says the same in JSON', async () => {
    const { stdout } = await run({}, '--out', 'set', '--json');
    expect(JSON.parse(stdout)).toEqual({
      annotations: 1,
      toAnnotate: 0,
      pictures: 0,
      missing: 1,
      output: 'set',
    });
  });

  it('says when the memory cannot be reached, and no password', async () => {
    const { code, stdout } = await run(
      { REDIS_URL: 'redis://:CANARY@127.0.0.1:1' },
      '--out',
      'set',
      '--json',
    );
    expect(code).toBe(69);
    expect(oneLine(ErrorSchema, stdout).error).toMatchObject({ code: 'memory-down' });
    expect(stdout).not.toContain('CANARY');
  });
});
