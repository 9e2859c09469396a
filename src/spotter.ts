import { type Annotate, createAnnotator } from './annotate/annotate.ts';
import { annotationOf } from './annotate/verdict-marks.ts';
import { checked, find } from './find.ts';
import type { PictureSource } from './picture/bytes.ts';
import type { Picture } from './picture/picture.ts';
import { createPictureReader } from './picture/read.ts';
import { createDetectorHost } from './specialist/host/host.ts';
import type { Specialist } from './specialist/specialist.ts';
import { SPECIALISTS, type SpecialistId } from './specialist/table.ts';
import { loadCalibration } from './verdict/calibration.ts';
import type { Verdict } from './verdict/verdict.ts';

/** A question as it reaches the core: a picture from wherever, and what to look for. */
export interface Ask {
  readonly source: PictureSource;
  readonly expression: string;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly picture: Picture;
  readonly verdict: Verdict;
}

export interface SpotterOptions {
  readonly specialist?: SpecialistId;
}

/** Everything put together: what an adapter needs, and nothing of any platform. */
export interface Spotter {
  /** Answers one question. @throws SpotterError */
  ask(question: Ask): Promise<Answer>;
  /** Only reads and decodes a picture; asking about it later costs no second decoding. @throws SpotterError */
  read(source: PictureSource, signal?: AbortSignal): Promise<Picture>;
  /** The answer as a picture, JPEG, longer side at most 1600 px; with `candidates` all considered regions are numbered. */
  draw(answer: Answer, options?: { readonly candidates?: boolean }): Promise<Buffer>;
  /** Starts the detector ahead of the first question. @throws SpotterError */
  warm(): Promise<void>;
  close(): Promise<void>;
}

export function createSpotter({ specialist: id = 'starter' }: SpotterOptions = {}): Spotter {
  const calibration = loadCalibration();
  const reader = createPictureReader();
  const host = createDetectorHost();
  const specialist: Specialist = SPECIALISTS[id]({ host });
  const annotate: Annotate = createAnnotator();
  return {
    async ask({ source, expression, signal }) {
      checked(expression);
      const picture = await reader.read(source, signal ? { signal } : {});
      const question = signal ? { picture, expression, signal } : { picture, expression };
      return { picture, verdict: await find(question, { specialist, calibration }) };
    },
    read: (source, signal) => reader.read(source, signal ? { signal } : {}),
    async draw({ picture, verdict }, { candidates = false } = {}) {
      const { marks, ...style } = annotationOf(verdict, candidates);
      return annotate(picture, marks, style);
    },
    warm: async () => specialist.warm?.(),
    async close() {
      await specialist.close();
      await host.close();
    },
  };
}
