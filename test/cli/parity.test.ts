import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { GOLDEN_FOLDER, MODEL_FOLDER, PHOTO_FOLDER } from '../detector/grounding-dino/mini.ts';
import { ErrorSchema, oneLine, spotter } from './spotter.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-parity-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const parity = (...args: readonly string[]) =>
  spotter(['models', 'parity', MODEL_FOLDER, ...args], { cwd: folder });

const Report = z.strictObject({
  ok: z.boolean(),
  model: z.string(),
  golden: z.string(),
  checks: z.array(
    z.strictObject({
      kind: z.string(),
      count: z.int(),
      each: z.string(),
      worst: z.number().nullable(),
      limit: z.number(),
      unit: z.string(),
      at: z.string().nullable(),
      notRun: z.array(z.string()),
      ok: z.boolean(),
    }),
  ),
});

describe('spotter models parity', () => {
  it('prints a line for each kind of check, and exits with 0 when all hold', async () => {
    const { code, stdout, stderr } = await parity(GOLDEN_FOLDER, '--photos', PHOTO_FOLDER);
    const lines = stdout.trim().split('\n');
    expect(stderr).toBe('');
    expect(lines).toHaveLength(13);
    for (const line of lines) expect(line).toMatch(/^ok {4}\S.+ {2}\d+ \w+ +worst \S.*, limit \S+/);
    expect(stdout).toMatch(
      /^ok {4}raw outputs +6 runs +worst \d rows of 900 differ by more than 1e-4, limit 6/m,
    );
    expect(code).toBe(0);
  });

  it('says what differs and what could not be compared, and exits with 69', async () => {
    const golden = join(folder, 'golden');
    cpSync(join(GOLDEN_FOLDER, 'images'), join(golden, 'images'), { recursive: true });
    const text = { text: 'a cat.', input_ids: [101, 1037, 3899, 1012, 102] };
    const pixels = {
      source: 'elsewhere.jpg',
      source_size: [2056, 3088],
      mode: 'square',
      size: { height: 800, width: 800 },
      width: 800,
      height: 800,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      samples: [],
    };
    writeFileSync(join(golden, 'text.json'), JSON.stringify([text]));
    writeFileSync(join(golden, 'pixels.json'), JSON.stringify([pixels]));
    const { code, stdout } = await parity(golden);
    expect(code).toBe(69);
    expect(stdout).toContain('FAIL  token ids');
    expect(stdout).toContain('worst 1 tokens differ, limit 0 ("a cat.")');
    expect(stdout).toContain('not run: no photo elsewhere.jpg of 2056 x 3088 was found');
    const json = oneLine(Report, (await parity(golden, '--json')).stdout);
    expect(json).toMatchObject({ ok: false, golden });
    expect(json.checks.map(({ kind, ok }) => [kind, ok])).toEqual([
      ['token ids', false],
      ['tensor size', true],
      ['photo to tensor', false],
      ['channel mean and deviation', false],
    ]);
  });

  it.each([
    ['no golden vectors', ['nowhere'], 66, 'not-found'],
    ['no such weights', [GOLDEN_FOLDER, '--weights', 'other.onnx'], 66, 'not-found'],
    ['no such device', [GOLDEN_FOLDER, '--device', 'abacus'], 64, 'bad-usage'],
  ])('says so when there are %s', async (_, args, exit, error) => {
    const { code, stdout } = await parity(...args, '--json');
    expect(code).toBe(exit);
    expect(oneLine(ErrorSchema, stdout).error.code).toBe(error);
  });
});
