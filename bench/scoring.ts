import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bootstrap, RESAMPLING } from '../src/evaluate/metrics/bootstrap.ts';
import { separation, separationOf } from '../src/evaluate/metrics/curves.ts';
import { type Point, sortPoints } from '../src/evaluate/metrics/metrics.ts';
import { randomFrom } from '../src/mllm/multiple-choice.ts';
import { inTurns, type Row, row } from './row.ts';
import { writeSet } from './scoring-set.ts';

const LIMIT_SECONDS = 10;
const LIMIT_MB = 400;
const IMAGES = 4800;
const POINTS = 36_000;
const RESAMPLES = 20;

/**
 * A set of the size of the FineCops-Ref test split, scored by a program of its own, beside what it may take; and the
 * bootstrap beside one that builds and sorts each resample.
 */
export async function bench(): Promise<Row[]> {
  const { rows, seconds, mb } = await scoreInAnotherProcess();
  const points = somePoints();
  const sorted = sortPoints(points);
  const family = separationOf('all', sorted, { part: POINTS, of: POINTS });
  const [weighted = 0, rebuilt = 0] = await inTurns(
    3,
    async () => bootstrap([family], IMAGES, { ...RESAMPLING, resamples: RESAMPLES }),
    async () => rebuild(points),
  );
  const rate = Math.round(rows / seconds);
  return [
    { ...row(`${rows} rows scored, ${rate} a second`, seconds, 'allowed', LIMIT_SECONDS), unit: 's' },
    { ...row('peak resident memory', mb, 'allowed', LIMIT_MB), unit: 'MB' },
    row(`${RESAMPLES} resamples of ${POINTS} presence scores`, weighted, 'each built and sorted', rebuilt),
  ];
}

async function scoreInAnotherProcess(): Promise<{ rows: number; seconds: number; mb: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'spotter-scoring-'));
  try {
    const [annotations, predictions] = [join(folder, 'annotations.json'), join(folder, 'predictions.jsonl')];
    const size = await writeSet(annotations, predictions);
    const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
    const args = [file('../bin/run.js'), file('./scoring-run.ts'), annotations, predictions];
    const taken = JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
    if (taken.rows !== size) throw new Error(`Only ${taken.rows} of ${size} rows were scored.`);
    return taken;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function somePoints(): Point[] {
  const random = randomFrom(3);
  return Array.from({ length: POINTS }, (_, i) => ({
    image: Math.floor(random() * IMAGES),
    positive: i % 2 === 0,
    score: Math.round(random() * 1000) / 1000,
  }));
}

function rebuild(points: readonly Point[]): number[] {
  const random = randomFrom(RESAMPLING.seed);
  const byImage: Point[][] = Array.from({ length: IMAGES }, () => []);
  for (const point of points) byImage[point.image]!.push(point);
  return Array.from({ length: RESAMPLES }, () => {
    const drawn = byImage.flatMap(() => byImage[Math.floor(random() * IMAGES)]!);
    return separation(sortPoints(drawn)).auroc;
  });
}
