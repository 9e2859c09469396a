import { join } from 'node:path';
import { asSpotterError } from '../../errors.ts';
import { type Deps, find } from '../../find.ts';
import type { PictureReader } from '../../picture/read.ts';
import type { Annotation } from '../annotations.ts';
import { failedPrediction, type Prediction, predictionOf } from '../prediction.ts';

export interface AnswererOptions {
  readonly deps: Deps;
  /** The folder that file names of annotations are relative to. */
  readonly images: string;
  readonly reader: PictureReader;
}

/** Answers an annotation's question. @throws SpotterError cancelled, and nothing else: a failure is an answer, too */
export type Answerer = (annotation: Annotation, signal?: AbortSignal) => Promise<Prediction>;

export const createAnswerer =
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
