import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POLICIES } from '../../src/evaluate/stand-in/policies.ts';
import { type StandIn, startStandIn } from '../../src/evaluate/stand-in/server.ts';
import { example } from '../detector/photos.ts';
import { AnswerSchema, oneLine, spotter } from './spotter.ts';

let folder: string;
let server: StandIn;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-cache-'));
  server = await startStandIn({ policy: POLICIES['always-first']! });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const ask = async (...args: string[]) => {
  const before = server.calls;
  const { stdout } = await spotter(
    ['find', example('two-dogs.jpg'), 'the dog that looks tired', '--json', ...args],
    {
      cwd: folder,
      env: {
        ...{ SPOTTER_MLLM_MODEL: 'stand-in', OPENAI_BASE_URL: server.baseURL, OPENAI_API_KEY: 'none' },
        SPOTTER_STATE: join(folder, 'state'),
      },
    },
  );
  return { ...oneLine(AnswerSchema, stdout), calls: server.calls - before };
};

describe('an answer that a language model was paid for', () => {
  it('is remembered by the next call of the program, unless it is to be answered anew', async () => {
    const first = await ask();
    expect(first).toMatchObject({ route: 'mllm', calls: 1, cost: { calls: 1 } });
    expect(existsSync(join(folder, 'state', 'answers.db'))).toBe(true);
    const again = await ask();
    expect(again).toMatchObject({ route: 'mllm', calls: 0, cost: null, boxes: first.boxes });
    expect(Object.keys(again.timings_ms)).toContain('memory');
    expect(await ask('--no-cache')).toMatchObject({ calls: 1, boxes: first.boxes });
    expect(await ask('--strategy', 'crs')).toMatchObject({ strategy: 'crs', calls: 1 });
  });
});
