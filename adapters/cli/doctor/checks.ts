import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listProviders } from '../../../src/specialist/onnx/providers.ts';
import { detectorAnswers, deviceRuns, modelIsHere, settingsAreRead } from './detector-checks.ts';
import { languageModelAnswers } from './mllm-check.ts';

/** What a check found, in a line, and what else may be worth knowing. */
export interface Found {
  readonly said: string;
  readonly details: readonly string[];
}

export interface Check {
  /** @throws Error when it is not as it should be */
  look(signal: AbortSignal): string | Promise<string | Found>;
  /** What to do when it throws. */
  readonly fix: string;
  /** The check before it, without which it need not look. */
  readonly needs?: string;
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
  settings: {
    look: settingsAreRead,
    fix: 'Correct the variable or the file that is named, or leave it out.',
  },
  model: {
    look: modelIsHere,
    needs: 'settings',
    fix: 'Restore it with "git checkout -- models/starter", or pull it: see "spotter models list".',
  },
  device: {
    look: deviceRuns,
    needs: 'model',
    fix: 'Use SPOTTER_DEVICE=cpu; docs/gpu.md tells what the other devices need.',
  },
  detector: {
    look: detectorAnswers,
    needs: 'device',
    fix: 'The machine may lack memory: the starter needs 300 MB, Grounding DINO in full precision 2.7 GB.',
  },
  'language model': {
    look: languageModelAnswers,
    needs: 'settings',
    fix: 'See docs/mllm.md; without SPOTTER_MLLM_MODEL Spotter does without.',
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
