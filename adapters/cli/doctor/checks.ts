import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../src/config.ts';
import { listProviders } from '../../../src/specialist/onnx/providers.ts';

export interface Check {
  /** What was found, in words. @throws Error when it is not as it should be */
  look(signal: AbortSignal): string | Promise<string>;
  /** What to do when it throws. */
  readonly fix: string;
}

const LEAST_NODE = [20, 19] as const;
const REINSTALL = 'Run "npm ci" in the folder of Spotter.';

/** By what is checked; what comes later may depend on what comes before. */
export const CHECKS: Readonly<Record<string, Check>> = {
  node: {
    look: () => nodeVersion(process.versions.node),
    fix: `Install Node.js ${LEAST_NODE.join('.')} or later, from nodejs.org or with a version manager.`,
  },
  runtime: {
    look: providers,
    fix: `${REINSTALL} ONNX Runtime needs Linux with glibc, macOS on arm64, or Windows.`,
  },
  weights: {
    look: weightsArePinned,
    fix: 'Restore it with "git checkout -- models/starter", or get Spotter again.',
  },
  detector: {
    look: detectorAnswers,
    fix: 'Mend what is reported above first. If all of that is well, the machine may lack memory: 300 MB are needed.',
  },
  font: { look: fontDraws, fix: `Restore it with "git checkout -- src/annotate/fonts". ${REINSTALL}` },
  'this folder': {
    look: () => writable('.'),
    fix: 'Go to a folder that you may write to, or use --out with such a place.',
  },
  'temp folder': { look: () => writable(tmpdir()), fix: 'Set TMPDIR to a folder that you may write to.' },
};

/** @throws Error when it is too old */
export function nodeVersion(version: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  const enough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  if (!enough) throw new Error(`Node.js ${version} is too old.`);
  return `Node.js ${version}`;
}

async function providers(signal: AbortSignal): Promise<string> {
  const names = (await listProviders(signal)).map(({ name }) => name);
  if (!names.includes('cpu')) throw new Error(`ONNX Runtime loads, but only for ${names.join(', ')}.`);
  const others = names.filter((name) => name !== 'cpu');
  return `ONNX Runtime for cpu${others.length > 0 ? ` (built for ${others.join(', ')}, too)` : ''}`;
}

// The parts are loaded by the checks that need them: one that cannot be loaded is what a check is to report.

async function weightsArePinned(): Promise<string> {
  const { createModels } = await import('../../../src/models/models.ts');
  const { weights } = createModels(readConfig({ env: process.env })).open('starter');
  const { verifyModel } = await import('../../../src/specialist/onnx/weights.ts');
  await verifyModel(weights);
  return `starter, sha256 ${weights.sha256.slice(0, 12)}…`;
}

/** A grey picture of 8 x 8 pixels: enough to go the whole way of a question. */
const TINY_PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQMAAAD+wSzIAAAAA1BMVEWIiIhYZW6zAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAC0lEQVQImWNgQAUAABAAASG2FtIAAAAASUVORK5CYII=',
  'base64',
);

async function detectorAnswers(signal: AbortSignal): Promise<string> {
  const { createSpotter } = await import('../../../src/spotter.ts');
  const spotter = createSpotter();
  try {
    const start = performance.now();
    await spotter.ask({ source: TINY_PICTURE, expression: 'the dog', signal });
    return `answers, from a cold start in ${Math.round(performance.now() - start)} ms`;
  } finally {
    await spotter.close();
  }
}

/** Where letters cannot be drawn, all of them become the same box. */
async function fontDraws(): Promise<string> {
  const { FONT } = await import('../../../src/annotate/annotate.ts');
  const { drawText } = await import('../../../src/picture/text.ts');
  const [narrow, wide] = await Promise.all(['i', 'W'].map((letter) => drawText(letter, 32, FONT)));
  if (!narrow?.width || !wide || wide.width <= narrow.width) throw new Error(`${FONT.name} is not drawn.`);
  return FONT.name;
}

async function writable(folder: string): Promise<string> {
  await rmdir(await mkdtemp(join(folder, '.spotter-')));
  return 'can be written to';
}
