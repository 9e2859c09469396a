import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsole } from '../../../adapters/cli/console.ts';
import { calibrateCommand } from '../../../adapters/cli/eval.ts';
import { type CalibrateRequest, declareCalibrate } from '../../../adapters/cli/eval-declare.ts';
import { lineOf, type Prediction } from '../../../src/evaluate/prediction.ts';
import { loadCalibration } from '../../../src/reasoning/calibration.ts';
import { overconfident } from '../../evaluate/calibrate/trials.ts';
import { program } from '../../evaluate/program.ts';
import { answer, negative, positive } from '../../evaluate/score/made.ts';
import { spotter } from '../spotter.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples', import.meta.url));
const DOGS = ['two-dogs.jpg', [257, 297, 193, 316]] as const;
const BOTTLE = ['wine.jpg', [0, 0, 100, 100]] as const;

let folder: string;
const file = (name: string) => join(folder, name);
const writeSet = (name: string, rows: readonly { readonly id: string }[]) =>
  writeFileSync(file(name), JSON.stringify(Object.fromEntries(rows.map((row) => [row.id, row]))));
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-calibrate-cli-'));
  const about = ([file_name, bbox]: typeof DOGS | typeof BOTTLE, there: string, not: string) => [
    positive(`${there}`, { file_name, bbox: [...bbox], expression: there }),
    negative(`${not}`, there, { file_name, expression: not }),
  ];
  writeSet('photos.json', [
    ...about(DOGS, 'the upper dog', 'the cat'),
    ...about(BOTTLE, 'the bottle', 'the red bus'),
    positive('odd', { file_name: 'wine.jpg', expression: 'the wombat' }),
  ]);
  const trials = overconfident({ n: 300, photos: 40 });
  const row = (i: number, file_name: string, present: boolean) =>
    present ? positive(`${i}`, { file_name }) : negative(`${i}`, 'none', { file_name });
  writeSet(
    'set.json',
    trials.map(({ photo, present }, i) => row(i, photo, present)),
  );
  const predictions: Prediction[] = trials.map(({ presence, outcome }, i) =>
    answer(`${i}`, { presence, outcome, strategy: 'specialist', ...(outcome !== 'found' && { boxes: [] }) }),
  );
  writeFileSync(file('answers.jsonl'), predictions.map((p) => `${lineOf(p)}\n`).join(''));
});
afterAll(() => rmSync(folder, { recursive: true }));

function parse(...args: readonly string[]): CalibrateRequest {
  let request: CalibrateRequest | undefined;
  const evaluate = new Command('spotter').exitOverride().command('eval');
  declareCalibrate(evaluate, (found) => {
    request = found;
  });
  evaluate.parse(['calibrate', ...args], { from: 'user' });
  return request!;
}

/** Carries it out with streams that are no terminal. */
async function run(...args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const streams = { stdin: process.stdin, stdout, stderr, env: {} } as unknown as NodeJS.Process;
  const code = await calibrateCommand(parse(...args), createConsole(streams), new AbortController().signal);
  const said = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, stdout: said(stdout), stderr: said(stderr) };
}

describe('spotter eval calibrate', () => {
  it('is read with what is usual', () => {
    expect(parse('dev.json')).toEqual({
      command: 'eval',
      action: 'calibrate',
      annotations: 'dev.json',
      options: { out: 'spotter-calibration.json', json: false },
    });
    expect(parse('dev.json', 'a.jsonl', '--out', 'x').predictions).toBe('a.jsonl');
  });

  it('shows how far presence can be believed before and after, and writes what the bot loads', async () => {
    const out = file('calibration.json');
    const { code, stdout, stderr } = await run(file('set.json'), file('answers.jsonl'), '--out', out);
    expect(code).toBe(0);
    expect(stderr).toContain('taken on trust');
    expect(stdout).toMatch(
      /^specialist, starter\n300 questions \(\d+ positives, \d+ negatives\) on 40 photos$/m,
    );
    expect(stdout).toMatch(
      /^Presence before \(as answered\): calibration error \.[2-9]\d\d, Brier score \.\d{3}, n = 300$/m,
    );
    expect(stdout).toMatch(
      /^Presence after \(held out: .*\): calibration error \.0\d\d, Brier score \.\d{3}, n = 300$/m,
    );
    expect(stdout.match(/^ {2}\.\d to \S+ +\d+ .* \d+\/\d+ {2}[#|-]{20}$/gm)!.length).toBeGreaterThan(10);
    expect(stdout).toMatch(/^ {2}of these right +\.\d{3} +\d+\/\d+ +\S+ +\d+\/\d+$/m);
    expect(loadCalibration(out).strategies).toHaveProperty('specialist');

    const find = ['find', join(EXAMPLES, 'two-dogs.jpg'), 'the dog', '--strategy', 'specialist', '--explain'];
    const asked = await spotter([...find, '--no-cache'], { cwd: folder, env: { SPOTTER_CALIBRATION: out } });
    expect(asked.stdout).toMatch(/^ {2}presence .* presence \S+ is worth \.?\d/m);
  });

  it('prints one JSON object, with the same figures', async () => {
    const json = await run(file('set.json'), file('answers.jsonl'), '--out', file('json.json'), '--json');
    expect(json.stdout.trim().split('\n')).toHaveLength(1);
    const report = JSON.parse(json.stdout);
    expect(report).toMatchObject({
      scaled: 'specialist',
      questions: 300,
      photos: 40,
      output: file('json.json'),
    });
    expect(report.before.bins.map(({ count }: { count: number }) => count)).toHaveLength(10);
    const { part, of } = report.after.foundRight;
    const text = await run(file('set.json'), file('answers.jsonl'), '--out', file('json.json'));
    expect(text.stdout).toMatch(new RegExp(`of these right .* ${part}/${of}$`, 'm'));
  });

  it('looks at the photos where there are no answers, as npm run calibrate does', async () => {
    const images = ['--images', EXAMPLES];
    const looked = await run(file('photos.json'), ...images, '--out', file('looked.json'));
    expect(looked.stdout).toContain('4 questions (2 positives, 2 negatives) on 2 photos\n');
    expect(looked.stdout).toContain('left out: 1 of a noun that the detector does not know\n');
    expect(looked.stderr.match(/this is a guess/g)).toHaveLength(3);
    const alias = await program('src/evaluate/calibrate-main.ts', [
      ...['--annotations', file('photos.json'), ...images, '--out', file('alias.json')],
    ]);
    expect([alias.code, alias.stderr]).toEqual([0, looked.stderr]);
    expect(readFileSync(file('alias.json'), 'utf8')).toBe(readFileSync(file('looked.json'), 'utf8'));
    expect(loadCalibration(file('looked.json'))).toMatchObject({ id: 'starter', unknown: 0.6667 });
  });
});
