import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Deps, find } from '../../ask.ts';
import { type Config, WITHOUT } from '../../config.ts';
import { asSpotterError } from '../../errors.ts';
import { createModels } from '../../models/models.ts';
import { digestOf } from '../../models/store.ts';
import { createPictureReader, type PictureReader } from '../../picture/read.ts';
import { calibrationFor } from '../../reasoning/calibration.ts';
import { needMllm } from '../../strategy/asking.ts';
import { mllmFrom } from '../../strategy/strategy.ts';
import { type Annotation, failedPrediction, type Prediction, predictionOf } from '../prediction.ts';
import { lookersFor, startSimulated } from '../setup.ts';
import { type Identity, identityOf, openPredictions } from './file.ts';

export interface RunOptions extends SystemOptions {
  /** Where answers go, a line each, and are found again; kept in memory only where none is named. */
  readonly out?: string | undefined;
  readonly fresh?: boolean;
  readonly retryErrors?: boolean;
  /** Questions at a time. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** Told before the first question: how many there are, and how many of them were answered before. */
  readonly onStart?: (all: number, before: number) => void;
  readonly onAnswer?: (prediction: Prediction) => void;
}

export interface Ran {
  readonly identity: Identity;
  /** The file, or the answers themselves. */
  readonly predictions: string | readonly Prediction[];
}

/**
 * Answers the questions of annotations that are not answered yet.
 * @throws SpotterError bad-config, bad-usage, cannot-write, cancelled; a question that fails is an answer, too
 */
export async function runEvaluation(options: RunOptions): Promise<Ran> {
  const { annotations, annotationFile, images, out, fresh, retryErrors, atOnce, signal } = options;
  const { sha256 } = await digestOf(annotationFile, signal);
  const system = await openSystem(options);
  try {
    const { deps, reader } = system;
    const identity = identityOf(deps, sha256, await detectorFiles(options, signal));
    const answer = createAnswerer({ deps, images, reader });
    const asking = { annotations, answer, atOnce, signal, ...heard(options) };
    if (out === undefined) {
      const predictions: Prediction[] = [];
      await ask({
        ...asking,
        done: new Set(),
        keep: async (prediction) => void predictions.push(prediction),
      });
      return { identity, predictions };
    }
    const flags = { fresh: fresh ?? false, retryErrors: retryErrors ?? false };
    const file = await openPredictions(out, { identity, ...flags });
    await ask({ ...asking, done: file.done, keep: file.append }).finally(file.close);
    return { identity, predictions: out };
  } finally {
    await system.close();
  }
}

/** The SHA-256 of the boxes that stand in for a detector, or of the files that the detector is loaded from. */
async function detectorFiles({ boxes, config }: RunOptions, signal: AbortSignal): Promise<string[]> {
  if (boxes !== undefined) return [(await digestOf(boxes, signal)).sha256];
  const { weights, files } = createModels(config).open(config.specialist);
  return [weights, ...Object.values(files)].map(({ sha256 }) => sha256);
}

const heard = ({ onStart = () => {}, onAnswer = () => {} }: RunOptions) => ({ onStart, onAnswer });

interface Asking extends ReturnType<typeof heard> {
  readonly annotations: readonly Annotation[];
  readonly done: ReadonlySet<string>;
  readonly answer: Answerer;
  readonly keep: (prediction: Prediction) => Promise<void>;
  readonly atOnce: number;
  readonly signal: AbortSignal;
}

async function ask({
  annotations,
  done,
  answer,
  keep,
  atOnce,
  signal,
  onStart,
  onAnswer,
}: Asking): Promise<void> {
  const left = annotations.filter(({ id }) => !done.has(id));
  onStart(annotations.length, annotations.length - left.length);
  await each(left, atOnce, async (annotation) => {
    signal.throwIfAborted();
    const prediction = await answer(annotation, signal);
    await keep(prediction);
    onAnswer(prediction);
  });
}

/**
 * Does work on all items, so many at a time, in their order. The first failure ends it: nothing new is begun, and what is
 * under way is waited for.
 * @throws what the work throws
 */
export async function each<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const item of rest) {
      if (failed) return;
      await work(item).catch((thrown) => {
        failed = true;
        throw thrown;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  const failure = ended.find((end) => end.status === 'rejected');
  if (failure) throw failure.reason;
}

/** Which annotations of a set are asked. */
export interface Selection {
  /** So many of them by chance; the same ones for the same seed, whatever their order. */
  readonly sample?: number;
  /** Of the sample; 1 unless told. */
  readonly seed?: number;
  /** The first so many. */
  readonly limit?: number;
  /** One of so many equal parts, counted from 1; all parts together are the whole, and share nothing. */
  readonly shard?: { readonly part: number; readonly of: number };
}

/** Annotations in their order: a sample, then the first of it, then a part of these. */
export function select<A extends { readonly id: string }>(
  all: readonly A[],
  { sample, seed = 1, limit, shard }: Selection,
): A[] {
  const sampled = sample === undefined ? all : drawn(all, sample, seed);
  const limited = sampled.slice(0, limit ?? sampled.length);
  return shard ? limited.filter((_, i) => i % shard.of === shard.part - 1) : limited;
}

function drawn<A extends { readonly id: string }>(
  all: readonly A[],
  size: number,
  seed: number,
): readonly A[] {
  if (size >= all.length) return all;
  const lots = all.map(({ id }) => createHash('sha256').update(`${seed} ${id}`).digest('hex'));
  const last = lots.toSorted()[size - 1]!;
  return all.filter((_, i) => lots[i]! <= last).slice(0, size);
}

export interface AnswererOptions {
  readonly deps: Deps;
  /** The folder that file names of annotations are relative to. */
  readonly images: string;
  readonly reader: PictureReader;
}

/** Answers an annotation's question. @throws SpotterError cancelled, and nothing else: a failure is an answer, too */
export type Answerer = (annotation: Annotation, signal?: AbortSignal) => Promise<Prediction>;

const createAnswerer =
  ({ deps, images, reader }: AnswererOptions): Answerer =>
  async ({ id, file_name, expression }, signal) => {
    const start = performance.now();
    const elapsed = () => performance.now() - start;
    const stopping = signal ? { signal } : {};
    try {
      const picture = await reader.read(join(images, file_name), stopping);
      const verdict = await find({ picture, expression, ...stopping }, deps);
      return predictionOf(id, verdict, elapsed());
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      return failedPrediction(id, asSpotterError(thrown), elapsed());
    }
  };

export interface SystemOptions {
  readonly config: Config;
  /** What is asked; needed where boxes are given or a model is simulated. */
  readonly annotations: readonly Annotation[];
  readonly annotationFile: string;
  readonly images: string;
  /** A file of boxes that stand in for detections: measures the reasoning alone. */
  readonly boxes?: string | undefined;
  /** The policy of a simulated language model. */
  readonly simulate?: string | undefined;
}

/** What is evaluated, put together. */
export interface System {
  readonly deps: Deps;
  readonly reader: PictureReader;
  close(): Promise<void>;
}

/** @throws SpotterError bad-config, unknown-model, model-missing, bad-usage (no such policy) */
async function openSystem(options: SystemOptions): Promise<System> {
  const { annotations, annotationFile, images, boxes, simulate } = options;
  const simulated =
    simulate === undefined
      ? undefined
      : await startSimulated(simulate, { annotations: annotationFile, images });
  const config = simulated
    ? {
        ...options.config,
        ...{ mllmModel: simulated.model, mllmBaseUrl: simulated.baseURL, mllmProbe: false },
        mllmProfile: { coordinates: 'relative-1000-xyxy', ...options.config.mllmProfile },
      }
    : options.config;
  try {
    const { strategy } = config;
    const mllm = mllmFrom(config);
    // Said once, and not as the failure of every question.
    if (WITHOUT[strategy] !== strategy) needMllm({ mllm }, strategy);
    const reader = createPictureReader();
    const pictureOf = ({ file_name }: Annotation) => reader.read(join(images, file_name));
    const { detector, observers } = await lookersFor(config, boxes, annotations, pictureOf);
    const calibration = calibrationFor(boxes ? 'starter' : detector.id, config.calibration);
    return {
      reader,
      deps: { detector, observers, calibration, strategy, mllm },
      async close() {
        simulated?.close();
        await detector.close();
      },
    };
  } catch (thrown) {
    simulated?.close();
    throw thrown;
  }
}
