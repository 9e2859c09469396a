import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Contract, checkContract } from '../../detector/grounding-dino/contract.ts';
import {
  feedsOf,
  fixedSize,
  outputOf,
  type Preprocessor,
  PreprocessorFile,
} from '../../detector/grounding-dino/inputs.ts';
import type { Output } from '../../detector/grounding-dino/post-process.ts';
import {
  createTokeniser,
  type Tokeniser,
  TokenizerConfigFile,
  TokenizerFile,
} from '../../detector/grounding-dino/text.ts';
import type { DetectorHost } from '../../detector/worker/host.ts';
import { SpotterError } from '../../errors.ts';
import type { Model, PinnedFile } from '../../models/registry.ts';
import { digestOf, readModelJson } from '../../models/store.ts';
import {
  compareIds,
  comparePixels,
  comparePositions,
  comparePost,
  compareText,
  type Finding,
  findings,
  type Outcome,
  rowsApart,
  tensorOfPng,
} from './checks.ts';
import { findFiles, type Golden, type GoldenRun, type GoldenSynthetic, readFloats } from './golden.ts';

export interface ParityOptions {
  readonly model: Model;
  readonly golden: Golden;
  /** Runs the model; whoever made it closes it. */
  readonly host: DetectorHost;
  /** Where the photos lie, if not near the golden folder. */
  readonly photos?: string | undefined;
  /** Further folders around which photos may lie. */
  readonly around?: readonly string[];
  readonly signal?: AbortSignal;
  /** Called before each piece of work. */
  readonly onProgress?: (text: string) => void;
}

/**
 * Compares everything a golden folder holds with what Spotter makes of it.
 * @throws SpotterError model-missing, model-unfit, detector-down, cancelled
 */
export async function runParity(options: ParityOptions): Promise<Finding[]> {
  const { model, golden, onProgress = () => {} } = options;
  const preprocessor = readModelJson(model, 'preprocessor_config.json', PreprocessorFile);
  const tokeniser = await createTokeniser(
    readModelJson(model, 'tokenizer.json', TokenizerFile),
    readModelJson(model, 'tokenizer_config.json', TokenizerConfigFile),
  );
  const outcomes: Outcome[] = golden.texts.flatMap((text) => compareText(text, tokeniser));
  for (const [i, pixels] of golden.pixels.entries()) {
    options.signal?.throwIfAborted();
    onProgress(`Comparing pictures: ${i + 1} of ${golden.pixels.length}`);
    const photos = findFiles(pixels.source, options.photos, [golden.folder, ...(options.around ?? [])]);
    outcomes.push(...(await comparePixels(pixels, { preprocessor, folder: golden.folder, photos })));
  }
  for (const made of golden.synthetic) outcomes.push(...compareSynthetic(made, tokeniser));
  if (golden.runs.length === 0) return findings(outcomes);
  onProgress('Loading the model');
  const { host, signal } = options;
  const contract = checkContract(
    await host.load(model.weights, { signal }),
    fixedSize(preprocessor),
    model.id,
  );
  for (const [i, run] of golden.runs.entries()) {
    onProgress(`Running the model: ${i + 1} of ${golden.runs.length}`);
    outcomes.push(...(await compareRun(run, { ...options, preprocessor, tokeniser, contract })));
  }
  return findings(outcomes);
}

interface RunDeps extends ParityOptions {
  readonly preprocessor: Preprocessor;
  readonly tokeniser: Tokeniser;
  readonly contract: Contract;
}

async function compareRun(golden: GoldenRun, deps: RunDeps): Promise<Outcome[]> {
  const at = `run ${golden.run}`;
  const outcomes: Outcome[] = compareTexts(golden, golden.post, deps.tokeniser);
  const wanted = readOutput(golden, deps.golden.folder);
  if (!wanted) {
    const why = `${golden.logits} or ${golden.boxes} is missing or of another length`;
    return [...outcomes, { kind: 'raw outputs', why }, { kind: 'detections: rows', why }];
  }
  for (const [i, post] of golden.post.entries()) outcomes.push(...comparePost(wanted, post, `${at}, ${i}`));
  const made = await runModel(golden, deps);
  if (!made) return [...outcomes, { kind: 'raw outputs', why: `${golden.image} is missing or too large` }];
  return [...outcomes, { kind: 'raw outputs', difference: rowsApart(made, wanted), at }];
}

/** What the model makes of the reference's own tensors. */
async function runModel(golden: GoldenRun, deps: RunDeps): Promise<Output | undefined> {
  const { host, model, contract, preprocessor, tokeniser, signal } = deps;
  const picture = await tensorOfPng(join(deps.golden.folder, golden.image), preprocessor);
  if (!picture) return undefined;
  const { data: pixels, size } = picture;
  const feeds = feedsOf({ ids: golden.input_ids, pad: tokeniser.special.pad, pixels, size }, contract);
  const { outputs } = await host.turn((run) => run(model.weights, feeds), { signal });
  return outputOf(outputs);
}

function readOutput(
  { logits, logits_shape, boxes, boxes_shape }: GoldenRun,
  folder: string,
): Output | undefined {
  const [rows, tokens] = logits_shape;
  const read = readFloats(join(folder, logits), rows * tokens);
  const readBoxes = readFloats(join(folder, boxes), boxes_shape[0] * boxes_shape[1]);
  return read && readBoxes && { logits: read, boxes: readBoxes, tokens };
}

function compareSynthetic(golden: GoldenSynthetic, tokeniser: Tokeniser): Outcome[] {
  const output: Output = {
    logits: Float32Array.from(golden.logits.flat(), (logit) => logit ?? Number.NEGATIVE_INFINITY),
    boxes: Float32Array.from(golden.boxes.flat()),
    tokens: golden.logits[0]?.length ?? 0,
  };
  const posts = [golden.post].flat();
  return [
    ...compareTexts(golden, posts, tokeniser),
    ...posts.flatMap((post) => comparePost(output, post, `case ${golden.case}`)),
  ];
}

const compareTexts = (
  golden: Pick<GoldenRun, 'text' | 'input_ids'>,
  posts: GoldenRun['post'],
  tokeniser: Tokeniser,
): Outcome[] => [
  compareIds(golden, tokeniser),
  ...posts.map((post) => comparePositions(golden, post.phrase_token_positions, tokeniser)),
];

const FILES = ['preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];

/**
 * A model in a folder of the published layout, taken as it is: its files are pinned to what they hold now.
 * @param weights path in the folder
 * @throws SpotterError not-found
 */
export async function modelInFolder(folder: string, weights: string): Promise<Model> {
  const root = resolve(folder);
  const missing = [...FILES, weights].filter((name) => !existsSync(join(root, name)));
  if (missing.length > 0) {
    const hint = `Missing: ${missing.join(', ')}.`;
    throw new SpotterError('not-found', `${folder} does not hold a model in the published layout.`, hint);
  }
  const files = await Promise.all(FILES.map(async (name) => [name, await pin(join(root, name))] as const));
  return {
    id: basename(root),
    variant: basename(weights, '.onnx'),
    specialist: 'grounding-dino',
    restore: `Look into ${root}.`,
    weights: await pin(join(root, weights)),
    files: Object.fromEntries(files),
  };
}

const pin = async (file: string): Promise<PinnedFile> => ({ file, sha256: (await digestOf(file)).sha256 });
