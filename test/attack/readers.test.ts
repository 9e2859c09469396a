import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { READERS } from './readers.ts';

const MAX_MS = 50;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Timed {
  readonly name: string;
  readonly ms: number;
  readonly text: string;
}

/** As the program runs them: vitest makes every import slower. */
const timed = execFileSync(process.execPath, ['bin/run.js', 'test/attack/readers-main.ts'], {
  cwd: ROOT,
  encoding: 'utf8',
  // A reader that hangs is found, too.
  timeout: 300_000,
})
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Timed);

describe('whatever others write, up to the length that is read', () => {
  it.each(READERS)('is read in 50 ms by $name', ({ name }) => {
    const { ms, text } = timed.find((one) => one.name === name)!;
    expect(ms, text).toBeLessThan(MAX_MS);
  });
});
