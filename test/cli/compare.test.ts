import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Box, iou } from '../../src/box.ts';
import { STRATEGY_NAMES } from '../../src/config.ts';
import { createOracle } from '../../src/evaluate/stand-in/policies.ts';
import { type StandIn, startStandIn } from '../../src/evaluate/stand-in/server.ts';
import { fingerprint } from '../../src/evaluate/stand-in/truth.ts';
import { readPicture } from '../../src/picture/read.ts';
import { example } from '../detector/photos.ts';
import { AnswerSchema, ErrorSchema, oneLine, type SpotterOptions, spotter } from './spotter.ts';

const DOGS = example('two-dogs.jpg');
/** Drawn by hand around what is seen of it. */
const LOWER_DOG: Box = [395, 565, 572, 850];
const EXPRESSION = 'the dog that looks tired';

const Failure = z.strictObject({ strategy: z.enum(STRATEGY_NAMES), ...ErrorSchema.shape });
const Comparison = z.strictObject({ compare: z.array(z.union([AnswerSchema, Failure])) });

let folder: string;
let server: StandIn;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-compare-'));
  const { raster, width, height } = await readPicture(DOGS);
  const truth = { expression: EXPRESSION, box: LOWER_DOG, picture: { width, height } };
  const policy = createOracle({ truths: [{ ...truth, fingerprint: fingerprint(raster) }] });
  server = await startStandIn({ policy });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const WITHOUT = { SPOTTER_MLLM_MODEL: undefined, OPENAI_BASE_URL: undefined, OPENAI_API_KEY: undefined };
const withModel = () => ({
  SPOTTER_MLLM_MODEL: 'stand-in',
  OPENAI_BASE_URL: server.baseURL,
  OPENAI_API_KEY: 'none',
  SPOTTER_STATE: join(folder, 'state'),
});
const find = (args: string[], options: Omit<SpotterOptions, 'cwd'> = {}) =>
  spotter(['find', ...args], { cwd: folder, env: WITHOUT, ...options });
const table = (stdout: string) => stdout.split('\n').map((line) => line.split(/ {2,}/));

describe('spotter find --compare', () => {
  it('tells what each strategy answers, and draws all answers into one picture', async () => {
    const { code, stdout, stderr } = await find([DOGS, 'the upper dog', '--compare', 'auto,specialist']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [heads, auto, detector, last] = table(stdout);
    expect(heads).toEqual([
      'strategy',
      'outcome',
      'box',
      'presence',
      'route',
      'ms',
      'tokens',
      'dollars',
      'sentence',
    ]);
    expect([auto?.[0], auto?.[1], auto?.[4]]).toEqual(['auto', 'found', 'reasoning']);
    expect([detector?.[0], detector?.[4]]).toEqual(['specialist', 'specialist']);
    expect(last).toEqual(['Picture: spotter-compare-two-dogs.jpg']);
    const drawn = await sharp(join(folder, 'spotter-compare-two-dogs.jpg')).metadata();
    expect(drawn.format).toBe('jpeg');
    expect(Math.max(drawn.width, drawn.height)).toBeLessThanOrEqual(1600);
    // Two panels of a tall picture stand beside each other.
    expect(drawn.width).toBeGreaterThan(drawn.height);
  });

  it('asks without names whatever can run, says what cannot, and exits with 0 whatever the answers', async () => {
    const { code, stdout, stderr } = await find(['-', 'the cat', '--json', '--compare'], {
      stdin: readFileSync(DOGS),
    });
    const { compare } = oneLine(Comparison, stdout);
    expect(compare.map(({ strategy }) => strategy)).toEqual(['auto', 'specialist']);
    expect(compare[0]).toMatchObject({ outcome: 'not-present', output: null });
    expect(stderr).toMatch(/^Left out, .*: crs, sfa, mllm\./);
    expect(code).toBe(0);
    expect(existsSync(join(folder, 'spotter-compare-stdin.jpg'))).toBe(false);
  });

  it('goes on where a strategy fails, and exits as that failure does', async () => {
    const args = [DOGS, 'the upper dog', '--compare', 'crs,auto', '--json', '--out', 'failed.jpg'];
    const { code, stdout } = await find(args);
    const [crs, auto] = oneLine(Comparison, stdout).compare;
    expect(crs).toMatchObject({ strategy: 'crs', error: { code: 'bad-config' } });
    expect(auto).toMatchObject({ strategy: 'auto', outcome: 'found', output: 'failed.jpg' });
    expect(code).toBe(78);
    expect((await sharp(join(folder, 'failed.jpg')).metadata()).format).toBe('jpeg');
  });

  it('fails as a whole where no strategy can answer', async () => {
    const code = async (...args: string[]) => {
      const ended = await find([...args, '--compare', 'auto', '--json']);
      return [ended.code, oneLine(ErrorSchema, ended.stdout).error.code];
    };
    expect(await code('nowhere.jpg', 'the dog')).toEqual([66, 'not-found']);
    expect(await code(DOGS, '?')).toEqual([64, 'empty-expression']);
    expect(await code(DOGS, 'the dog', '--out', 'a.png')).toEqual([64, 'bad-usage']);
  });

  it('compares with strategies that ask a language model (simulated here)', async () => {
    const args = [DOGS, EXPRESSION, '--compare', 'specialist,crs', '--json'];
    const { code, stdout } = await find(args, { env: withModel() });
    const [detector, crs] = oneLine(Comparison, stdout).compare.map((row) => AnswerSchema.parse(row));
    expect(code).toBe(0);
    expect(detector).toMatchObject({ route: 'specialist', cost: null });
    expect(crs).toMatchObject({ strategy: 'crs', outcome: 'found', route: 'mllm' });
    expect(iou(crs!.boxes[0]!, LOWER_DOG)).toBeGreaterThan(0.5);
    expect(crs!.cost?.calls).toBe(server.calls);
    expect(server.calls).toBeGreaterThan(0);
  });
});
