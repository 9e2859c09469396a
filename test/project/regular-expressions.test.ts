import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ROOT } from './sources.ts';

const MAX_MS = 50;

interface Judged {
  readonly judged?: number;
  readonly where?: string;
  readonly name?: string;
  readonly ms?: number | 'for ever';
}

it('no regular expression takes exponential time, nor long for what is read with it', () => {
  const lines = execFileSync(process.execPath, ['bin/run.js', 'test/project/regular-expressions-main.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const found = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Judged);
  expect(found.at(-1)?.judged).toBeGreaterThan(300);
  expect(found.filter(({ ms = 0 }) => ms === 'for ever' || ms > MAX_MS)).toEqual([]);
}, 300_000);
