import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inTurns, type Row, row } from './row.ts';

const ROUNDS = 5;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FIND = ['find', 'examples/two-dogs.jpg', 'the upper dog', '--json'];

const run = (...args: readonly string[]) => promisify(execFile)(process.execPath, [...args], { cwd: ROOT });

/** `spotter find` from start to end as it is installed, beside the same from the sources, which tsx compiles each time. */
export async function bench(): Promise<Row[]> {
  const compiled = () => run('bin/spotter.js', ...FIND);
  const sources = () => run('--import', 'tsx', 'adapters/cli/main.ts', ...FIND);
  // The first run compiles.
  await compiled();
  const [asInstalled, fromSources, version] = await inTurns(ROUNDS, compiled, sources, () =>
    run('bin/spotter.js', '--version'),
  );
  return [
    row('find', asInstalled!, 'from the sources', fromSources!),
    row('--version', version!, 'find', asInstalled!),
  ];
}
