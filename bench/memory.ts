import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Row, row } from './row.ts';

const QUESTIONS = 500;

/** What the Dockerfile sets: freed rasters go back to the system, instead of being kept in pieces. */
const AS_IN_THE_IMAGE = { MALLOC_MMAP_THRESHOLD_: '65536' };

/**
 * Resident memory over many questions, each on a picture of its own: the last hundred beside the second one, in MB.
 * Programs of their own make the pictures and ask, so that the one leaves no trace in the other.
 */
export async function bench(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spotter-memory-'));
  try {
    await run('./distinct-pictures.ts', folder);
    return [
      ...rows('as in the image', await run('./memory-questions.ts', folder, AS_IN_THE_IMAGE)),
      ...rows('as it comes', await run('./memory-questions.ts', folder)),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

async function run(program: string, folder: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const args = [file('../bin/run.js'), file(program), folder, String(QUESTIONS)];
  return (await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } })).stdout;
}

function rows(how: string, printed: string): Row[] {
  const resident = JSON.parse(printed) as { asker: number; detector: number }[];
  const late = (whose: string, mb: readonly number[]): Row => ({
    ...row(
      `${how}, ${whose}: the last 100`,
      mean(mb.slice(-100)),
      'the second 100',
      mean(mb.slice(100, 200)),
    ),
    unit: 'MB',
  });
  return [
    late(
      'both processes',
      resident.map(({ asker, detector }) => asker + detector),
    ),
    late(
      'the asking one',
      resident.map(({ asker }) => asker),
    ),
    late(
      'the detector',
      resident.map(({ detector }) => detector),
    ),
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
