import { createInterface } from 'node:readline/promises';
import { readConfig } from '../../src/config.ts';
import { createDetectorHost } from '../../src/detector/worker/host.ts';
import { type Finding, KINDS } from '../../src/evaluate/parity/checks.ts';
import { readGolden } from '../../src/evaluate/parity/golden.ts';
import { modelInFolder, runParity } from '../../src/evaluate/parity/parity.ts';
import { createModels, type ListedModel, type ListedVariant, type Models } from '../../src/models/models.ts';
import type { AcceptLicence, PullEvent } from '../../src/models/pull.ts';
import type { Verified } from '../../src/models/store.ts';
import { safe, safeJson } from '../../src/text.ts';
import { type Console, type Progress, startProgress, UNWELL_EXIT } from './console.ts';
import type {
  ListRequest,
  ModelsRequest,
  ParityRequest,
  PathRequest,
  PullRequest,
  RemoveRequest,
  VerifyRequest,
} from './models-declare.ts';

/** 1234 -> "1.2 kB": as disks and downloads are measured, in powers of ten. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [unit, size] = bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  const value = bytes / size;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** 75 -> "1 min 15 s" */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "about 720 MB", or without "about" where it is known. */
export const variantSize = ({ bytes, exact }: ListedVariant): string =>
  `${exact ? '' : 'about '}${sizeText(bytes)}`;

/** What can be had, and what is here. */
export const list: Action<ListRequest> = ({ options }, models, console) => {
  const all = models.list();
  if (options.json) console.print(safeJson({ models: all }));
  else console.print(...all.flatMap((model) => modelLines(model, console.paint)));
  return 0;
};

const modelLines = (model: ListedModel, paint: Console['paint']): string[] => [
  `${paint('bold', model.id)}: ${safe(model.title)} (${safe(model.licence.id)})`,
  ...model.variants.map((variant) => `  ${variantLine(model, variant, paint)}`),
];

function variantLine(model: ListedModel, variant: ListedVariant, paint: Console['paint']): string {
  const { name, here, isDefault } = variant;
  const size = variantSize(variant).padStart(13);
  const state = here ? paint('green', 'here'.padEnd(10)) : 'not pulled';
  return `${name.padEnd(10)} ${size}   ${state}   ${remark(model, isDefault)}`.trimEnd();
}

function remark({ shipped, checkpoint }: ListedModel, isDefault: boolean): string {
  if (shipped) return 'comes with Spotter';
  if (checkpoint !== undefined) return 'made by tools/export';
  return isDefault ? 'the usual one' : '';
}

/** Downloads a model, and tells what is going on while it lasts. */
export const pull: Action<PullRequest> = async ({ reference, options }, models, console, signal) => {
  const progress = createDownloadProgress(console.stderr);
  const done: Extract<PullEvent, { kind: 'file' }>[] = [];
  const onProgress = (event: PullEvent): void => {
    if (event.kind === 'bytes') progress.update(event);
    else progress.clear();
    if (event.kind === 'note') console.note(safe(event.said));
    if (event.kind !== 'file') return;
    done.push(event);
    const { path, pinned, fresh } = event;
    if (fresh) console.note(`${path}  ${sizeText(pinned.bytes)} from ${safe(pinned.from)}`);
  };
  const acceptLicence = askLicence(models, options, console, signal);
  const { model, folder } = await models
    .pull(reference, { signal, onProgress, acceptLicence })
    .finally(() => progress.clear());

  const { id, variant } = model;
  const files = done.map(({ path, pinned, fresh }) => ({ path, ...pinned, fresh }));
  const anyFresh = files.some(({ fresh }) => fresh);
  if (anyFresh) console.note(...pinLines(files.filter(({ pinnedBy }) => pinnedBy === 'first pull')));
  if (options.json) console.print(safeJson({ id, variant, path: folder, files }));
  else if (files.length === 0) console.print(`${id} comes with Spotter: there is nothing to pull.`);
  else console.print(`${id}@${variant} ${anyFresh ? 'is here' : 'was here already'}: ${safe(folder)}`);
  return 0;
};

const pinLines = (files: readonly { readonly path: string }[]): string[] =>
  files.length === 0
    ? []
    : [
        `The registry does not know the whole sha256 of ${files.map(({ path }) => path).join(', ')}.`,
        'What came is pinned in spotter-lock.json: other bytes will be refused from now on.',
      ];

/**
 * Says what is going to be downloaded, and on what terms; then it is accepted by the option, or asked on a terminal.
 * Without a terminal nobody can answer, and nothing is accepted.
 */
export const askLicence =
  (
    models: Models,
    { acceptLicence }: PullRequest['options'],
    console: Console,
    signal: AbortSignal,
  ): AcceptLicence =>
  async ({ id, url }, pulled) => {
    const model = models.list().find((listed) => listed.id === pulled.id)!;
    const variant = model.variants.find(({ name }) => name === pulled.variant)!;
    console.note(
      `${safe(model.title)}: ${pulled.id}@${pulled.variant}, ${variantSize(variant)}, by ${safe(model.publisher.name)}`,
      `Licence: ${safe(id)}, ${safe(url)}`,
    );
    return acceptLicence || (await asked('Do you accept it? [y/N] ', console, signal));
  };

async function asked(question: string, { stdin, stderr }: Console, signal: AbortSignal): Promise<boolean> {
  if (!stdin.isTTY || !stderr.isTTY) return false;
  // Line by line, so that Ctrl-C stays what it is everywhere.
  const reader = createInterface({ input: stdin, output: stderr, terminal: false });
  const closed = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([reader.question(question, { signal }), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    reader.close();
  }
}

export interface Received {
  readonly path: string;
  readonly received: number;
  readonly total: number;
}

export interface DownloadProgress {
  update(received: Received): void;
  /** Erases the line, so that something else can be printed. */
  clear(): void;
}

type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'write' | 'columns'>;

const FRAME_MS = 100;
/** The rate is measured over the last seconds, so that it follows a change of the network. */
const WINDOW_MS = 5000;
const ERASE_LINE = '\r\x1b[K';

/** One line with percent, bytes, rate and remaining time, on a terminal; elsewhere nothing. */
export function createDownloadProgress(
  stream: Terminal,
  now: () => number = () => performance.now(),
): DownloadProgress {
  if (!stream.isTTY || process.env.TERM === 'dumb') return { update: () => {}, clear: () => {} };
  let samples: { readonly ms: number; readonly received: number }[] = [];
  let path = '';
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    update(state) {
      const ms = now();
      const before = samples.at(-1)?.received ?? 0;
      // Another file, or the same one from the start.
      if (state.path !== path || state.received < before) samples = [];
      path = state.path;
      samples = [...samples.filter((sample) => ms - sample.ms < WINDOW_MS), { ms, received: state.received }];
      if (ms - drawn < FRAME_MS) return;
      drawn = ms;
      const [first] = samples;
      const rate = ((state.received - first!.received) * 1000) / (ms - first!.ms);
      // Some terminals do not say how wide they are.
      stream.write(`${ERASE_LINE}${progressLine(state, rate, stream.columns || 80)}`);
    },
    clear() {
      if (drawn > Number.NEGATIVE_INFINITY) stream.write(ERASE_LINE);
      drawn = Number.NEGATIVE_INFINITY;
    },
  };
}

/** @param rate bytes a second; not a number as long as it is not known */
export function progressLine({ path, received, total }: Received, rate: number, columns: number): string {
  // What is only known about may turn out to be more.
  const share = Math.min(1, received / total);
  const parts = [
    `${String(Math.floor(share * 100)).padStart(3)} %`,
    `${sizeText(received)} of ${sizeText(Math.max(total, received))}`,
    ...(rate > 0
      ? [`${sizeText(rate)}/s`, `${durationText(Math.max(0, total - received) / rate)} left`]
      : []),
  ];
  const figures = parts.join('  ');
  // A line that wraps could not be erased.
  const room = columns - 1 - figures.length - 2;
  return room < 4
    ? figures.slice(0, columns - 1)
    : `${path.length > room ? `…${path.slice(1 - room)}` : path}  ${figures}`;
}

/** Checks the bytes of one model or of all that are here. */
export const verify: Action<VerifyRequest> = async ({ reference, options }, models, console, signal) => {
  const progress = startProgress(console.stderr, 'Reading');
  const files = await models.verify(reference, signal).finally(progress.stop);
  const ok = files.every((file) => file.ok);
  if (options.json) console.print(safeJson({ ok, files }));
  else {
    console.print(...files.map((file) => fileLine(file, console.paint)));
    const damaged = new Set(files.filter((file) => !file.ok).map(({ id }) => id));
    console.note(
      ...models
        .list()
        .filter(({ id }) => damaged.has(id))
        .map(advice),
    );
  }
  return ok ? 0 : UNWELL_EXIT;
};

const fileLine = ({ id, path, ok, said }: Verified, paint: Console['paint']): string =>
  `${ok ? paint('green', 'ok  ') : paint(['bold', 'red'], 'FAIL')}  ${id}  ${path}: ${safe(said)}`;

const advice = ({ id, shipped, folder }: { id: string; shipped: boolean; folder: string }): string =>
  shipped ? `${id} comes with Spotter: restore ${safe(folder)}.` : `To mend it: spotter models pull ${id}`;

/** Removing what is not there is no failure. */
export const remove: Action<RemoveRequest> = async ({ reference, options }, models, console, signal) => {
  const removed = await models.remove(reference, signal);
  if (options.json) console.print(safeJson({ model: reference, removed }));
  else console.print(removed ? `${safe(reference)} was removed.` : `${safe(reference)} was not here.`);
  return 0;
};

/** Where a model lies. Printed as it is, since a shell is to take it. */
export const path: Action<PathRequest> = ({ reference, options }, models, console) => {
  const folder = models.path(reference);
  console.print(options.json ? safeJson({ path: folder }) : folder);
  return 0;
};

/** Compares a model, as Spotter runs it, with golden vectors of the reference; resolves to the exit code. */
export const parity: Action<ParityRequest> = async (
  { model: folder, golden: goldenFolder, options },
  _models,
  console,
  signal,
) => {
  const golden = readGolden(goldenFolder);
  const model = await modelInFolder(folder, options.weights);
  const host = createDetectorHost({ device: options.device });
  let progress: Progress | undefined;
  const onProgress = (text: string): void => {
    progress?.stop();
    progress = startProgress(console.stderr, text);
  };
  try {
    const around = [folder, process.cwd()];
    const found = await runParity({
      model,
      golden,
      host,
      around,
      photos: options.photos,
      signal,
      onProgress,
    });
    progress?.stop();
    const ok = found.every((finding) => finding.ok);
    if (options.json) console.print(safeJson({ ok, model: folder, golden: goldenFolder, checks: found }));
    else console.print(...found.flatMap((finding) => lines(finding, console.paint)));
    return ok ? 0 : UNWELL_EXIT;
  } finally {
    progress?.stop();
    await host.close();
  }
};

const WIDTH = Math.max(...Object.keys(KINDS).map((kind) => kind.length));

/** "ok    offsets      32 texts   worst 0 characters, limit 0", and what could not be compared. */
function lines(finding: Finding, paint: Console['paint']): string[] {
  const { kind, count, each, worst, limit, unit, at, notRun, ok } = finding;
  const mark = ok ? paint('green', 'ok  ') : paint(['bold', 'red'], 'FAIL');
  const said =
    worst === null
      ? 'not run'
      : `worst ${number(worst)}${unit && ` ${unit}`}, limit ${number(limit)}${at === null ? '' : ` (${safe(at)})`}`;
  return [
    `${mark}  ${kind.padEnd(WIDTH)}  ${`${count} ${each}`.padEnd(12)}  ${said}`,
    ...notRun.map((why) => `      ${''.padEnd(WIDTH)}  not run: ${safe(why)}`),
  ];
}

const number = (n: number): string => String(Number(n.toPrecision(2)));

/** Carries out one action; resolves to the exit code. @throws SpotterError */
export type Action<R> = (
  request: R,
  models: Models,
  console: Console,
  signal: AbortSignal,
) => number | Promise<number>;

type Of<A extends ModelsRequest['action']> = Extract<ModelsRequest, { action: A }>;

const ACTIONS: { readonly [A in ModelsRequest['action']]: Action<Of<A>> } = {
  list,
  pull,
  verify,
  remove,
  path,
  // It needs much that the others do not.
  parity,
};

/** @throws SpotterError */
export async function modelsCommand(
  request: ModelsRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const models = createModels(readConfig({ env: process.env }));
  // That an action gets a request of its own kind is what the table says.
  return (ACTIONS[request.action] as Action<ModelsRequest>)(request, models, console, signal);
}
