import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { createDetector } from '../../detector/create.ts';
import type { Detector } from '../../detector/detector.ts';
import { readExpression } from '../../expression/read.ts';
import { createModels } from '../../models/models.ts';
import { createObservers, type Observers } from '../../observer/observers.ts';
import { createPictureReader, type PictureReader } from '../../picture/read.ts';
import { calibrationFor } from '../../reasoning/calibration.ts';
import { featuresIn } from '../../reasoning/decide.ts';
import { detectNouns } from '../../reasoning/detections.ts';
import { ground } from '../../reasoning/ground.ts';
import { observeScene } from '../../reasoning/observe.ts';
import { type Annotation, hits } from '../prediction.ts';
import {
  crossValidate,
  fitReasoning,
  type Observation,
  placed,
  predictedBy,
  refuseOneSided,
  trialOf,
  type Unnamed,
} from './fit.ts';
import { type CalibrationReport, reportOf } from './report.ts';

export interface ObserveOptions {
  readonly annotations: readonly Annotation[];
  /** The folder that file names of annotations are relative to. */
  readonly images: string;
  readonly detector: Detector;
  readonly observers: Observers;
  readonly reader: PictureReader;
  readonly signal: AbortSignal;
  readonly onDone?: () => void;
}

/**
 * Answers every question up to its features, one after the other.
 * @throws SpotterError for a photo that cannot be read, and what the detector throws
 */
async function observe(
  options: ObserveOptions,
): Promise<{ readonly observations: readonly Observation[]; readonly unnamed: Unnamed }> {
  const { annotations, images, detector, observers, reader, signal, onDone = () => {} } = options;
  const observations: Observation[] = [];
  let unnamed: Unnamed = { present: 0, all: 0 };
  for (const { row, photo } of placed(annotations).values()) {
    const picture = await reader.read(join(images, row.file), { signal });
    const query = readExpression(row.expression);
    const detected = await detectNouns(query, picture, detector, { signal });
    const scene = await observeScene(query, detected, observers, { signal });
    const candidates = ground(query.target, scene);
    const detections = scene.detections.get(query.target)!;
    const present = row.negative === undefined;
    onDone();
    if (detections.match === 'unknown') {
      unnamed = { present: unnamed.present + (present ? 1 : 0), all: unnamed.all + 1 };
      continue;
    }
    observations.push({
      photo,
      features: featuresIn(query.target, candidates, scene),
      present,
      right: hits(candidates[0]?.box, row.reference),
    });
  }
  return { observations, unnamed };
}

export interface ByDetectorOptions extends Omit<ObserveOptions, 'detector' | 'observers' | 'reader'> {
  readonly config: Config;
}

/**
 * Fits the regressions that reasoning weighs a detector's regions with, by looking at every photo of a set.
 * @throws SpotterError bad-usage (one kind of question only), and as `observe`
 */
export async function calibrateDetector({
  config,
  ...options
}: ByDetectorOptions): Promise<CalibrationReport> {
  const detector = createDetector(config);
  try {
    const inUse = calibrationFor(detector.id, config.calibration);
    const { observations, unnamed } = await observe({
      ...options,
      detector,
      observers: createObservers(detector.host, { models: createModels(config), settings: config }),
      reader: createPictureReader(),
    });
    refuseOneSided(observations);
    const predicted = crossValidate(observations);
    const calibration = fitReasoning(detector.id, observations, predicted, unnamed);
    return reportOf({
      calibration,
      name: `reasoning on what ${detector.id} sees`,
      scaled: undefined,
      leftOut: { 'of a noun that the detector does not know': unnamed.all },
      wasBy: 'the calibration in use',
      before: observations.map((observation) => trialOf(predictedBy(inUse, observation), inUse)),
      after: predicted.map((prediction) => trialOf(prediction, calibration)),
    });
  } finally {
    await detector.close();
  }
}
