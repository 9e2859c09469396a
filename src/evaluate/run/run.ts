import { digestOf } from '../../models/store/hash-file.ts';
import type { Annotation } from '../annotations.ts';
import type { Prediction } from '../prediction.ts';
import { type Answerer, createAnswerer } from './answer.ts';
import { each } from './each.ts';
import { openPredictions } from './file.ts';
import { type Identity, identityOf } from './identity.ts';
import { openSystem, type SystemOptions } from './system.ts';

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
    const identity = identityOf(deps, sha256);
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
