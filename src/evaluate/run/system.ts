import { join } from 'node:path';
import type { Config } from '../../config.ts';
import type { Deps } from '../../find.ts';
import { createPictureReader, type PictureReader } from '../../picture/read.ts';
import { needMllm } from '../../strategy/asking.ts';
import { mllmFrom } from '../../strategy/mllm-use.ts';
import { WITHOUT } from '../../strategy/names.ts';
import { calibrationFor } from '../../verdict/calibration.ts';
import type { Annotation } from '../annotations.ts';
import { specialistFor } from '../setup.ts';
import { startSimulated } from '../simulated.ts';

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
export async function openSystem(options: SystemOptions): Promise<System> {
  const { annotations, annotationFile, images, boxes, simulate } = options;
  const simulated =
    simulate === undefined
      ? undefined
      : await startSimulated(simulate, { annotations: annotationFile, images });
  const config = simulated
    ? { ...options.config, mllmModel: simulated.model, mllmBaseUrl: simulated.baseURL }
    : options.config;
  try {
    const { strategy } = config;
    const mllm = mllmFrom(config);
    // Said once, and not as the failure of every question.
    if (WITHOUT[strategy] !== strategy) needMllm({ mllm }, strategy);
    const reader = createPictureReader();
    const pictureOf = ({ file_name }: Annotation) => reader.read(join(images, file_name));
    const specialist = await specialistFor(config, boxes, annotations, pictureOf);
    const calibration = calibrationFor(boxes ? 'starter' : specialist.id, config.calibration);
    return {
      reader,
      deps: { specialist, calibration, strategy, mllm },
      async close() {
        simulated?.close();
        await specialist.close();
      },
    };
  } catch (thrown) {
    simulated?.close();
    throw thrown;
  }
}
