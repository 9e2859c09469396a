import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsole } from '../../../adapters/cli/console.ts';
import { tuningSetCommand } from '../../../adapters/cli/eval.ts';
import { declareTuningSet, type TuningSetRequest } from '../../../adapters/cli/eval-declare.ts';
import { IMAGES, questions, tiles } from '../../evaluate/tuning/world.ts';

let folder: string;
let annotations: string;
let candidates: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-tuning-cli-'));
  annotations = join(folder, 'dev.json');
  candidates = join(folder, 'candidates.jsonl');
  const rows = questions(20);
  writeFileSync(annotations, JSON.stringify(Object.fromEntries(rows.map((row) => [row.id, row]))));
  const lines = rows.map(({ id }) => JSON.stringify({ id, boxes: tiles(6) }));
  writeFileSync(candidates, `${lines.join('\n')}\n{torn\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

function parse(...args: readonly string[]): TuningSetRequest {
  let request: TuningSetRequest | undefined;
  const program = new Command('spotter').exitOverride().configureOutput({ writeErr: () => {} });
  const evaluate = program
    .command('eval')
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  declareTuningSet(evaluate, (found) => {
    request = found;
  });
  evaluate.commands[0]!.exitOverride().configureOutput({ writeErr: () => {} });
  program.parse(['eval', 'tuning-set', ...args], { from: 'user' });
  return request!;
}

/** Carries it out with streams that are no terminal. */
async function run(...args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const streams = { stdin: process.stdin, stdout, stderr, env: {} } as unknown as NodeJS.Process;
  const code = await tuningSetCommand(parse(...args), createConsole(streams), new AbortController().signal);
  const said = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, stdout: said(stdout), stderr: said(stderr) };
}

const out = (name: string): string[] => ['--out', join(folder, name), '--images', IMAGES];

describe('spotter eval tuning-set', () => {
  it('is read with what is usual', () => {
    expect(parse('dev.json', '--out', 'data')).toEqual({
      command: 'eval',
      action: 'tuning-set',
      annotations: 'dev.json',
      options: {
        ...{ out: 'data', k: 5, seed: 1, foreignShare: 0.5 },
        ...{ insertReference: false, check: false, json: false },
      },
    });
  });

  it.each([
    ['without a folder', ['dev.json']],
    ['with a k that cannot be', ['dev.json', '--out', 'data', '-k', '4']],
    ['with a share that is none', ['dev.json', '--out', 'data', '--none-share', 'half']],
  ])('is refused %s', (_, args) => {
    expect(() => parse(...args)).toThrow();
  });

  it('writes the sets, tells what it made, and finds them sound', async () => {
    const all = [annotations, ...out('data')];
    const made = await run(...all, '--candidates', candidates, '--none-share', '0.2');
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toContain('20 of 20 annotations are positives');
    expect(made.stdout).toMatch(/^ {2}A {4}#{40} {6}4\/20 {2}20\.0 % {2}even 4\.0$/m);
    expect(made.stdout).toMatch(/^ {2}lines of the candidate file that could not be read: 1\n {4}line 21: /m);
    for (const name of ['spotter_crs.jsonl', 'spotter_crs_none.jsonl', 'dataset_info.json']) {
      expect(existsSync(join(folder, 'data', name)), name).toBe(true);
    }
    const checked = await run(...all, '--check');
    expect(checked).toEqual({
      code: 0,
      stdout: '45/45 records are sound; 45/45 answers compared with annotations\n',
      stderr: '',
    });
  });

  it('exits with 69 where a record is not sound', async () => {
    const all = [annotations, ...out('broken')];
    await run(...all, '--candidates', candidates);
    const file = join(folder, 'broken', 'spotter_crs.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('<image>', ''));
    const checked = await run(...all, '--check', '--json');
    expect(checked.code).toBe(69);
    expect(JSON.parse(checked.stdout)).toMatchObject({ faulty: 1, faults: [{ file, line: 1 }] });
  });

  it('prints one JSON object', async () => {
    const { stdout } = await run(
      annotations,
      ...out('json'),
      '--candidates',
      candidates,
      '-k',
      '3',
      '--json',
    );
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ k: 3, seed: 1, positives: 20 });
  });

  it('wants candidates from somewhere', async () => {
    await expect(run(annotations, ...out('none'))).rejects.toMatchObject({ code: 'bad-usage' });
  });
});
