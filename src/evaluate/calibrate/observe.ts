import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { createSpecialist } from '../../detector/create.ts';
import type { Specialist } from '../../detector/detector.ts';
import { readExpression } from '../../expression/read.ts';
import { createPictureReader, type PictureReader } from '../../picture/read.ts';
import { calibrationFor } from '../../reasoning/calibration.ts';
import { sight } from '../../reasoning/detections.ts';
import { featuresOf } from '../../reasoning/features.ts';
import { ground } from '../../reasoning/ground.ts';
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
  readonly specialist: Specialist;
  readonly reader: PictureReader;
  readonly signal: AbortSignal;
  readonly onDone?: () => void;
}

/**
 * Answers every question up to its features, one after the other.
 * @throws SpotterError for a photo that cannot be read, and what the specialist throws
 */
async function observe(
  options: ObserveOptions,
): Promise<{ readonly observations: readonly Observation[]; readonly unnamed: Unnamed }> {
  const { annotations, images, specialist, reader, signal, onDone = () => {} } = options;
  const observations: Observation[] = [];
  let unnamed: Unnamed = { present: 0, all: 0 };
  for (const { row, photo } of placed(annotations).values()) {
    const picture = await reader.read(join(images, row.file), { signal });
    const query = readExpression(row.expression);
    const scene = await sight(query, picture, specialist, { signal });
    const candidates = ground(query.target, scene);
    const sighting = scene.sightings.get(query.target)!;
    const present = row.negative === undefined;
    onDone();
    if (sighting.match === 'unknown') {
      unnamed = { present: unnamed.present + (present ? 1 : 0), all: unnamed.all + 1 };
      continue;
    }
    observations.push({
      photo,
      features: featuresOf(query.target, candidates, sighting, picture),
      present,
      right: hits(candidates[0]?.box, row.reference),
    });
  }
  return { observations, unnamed };
}

export interface ByDetectorOptions extends Omit<ObserveOptions, 'specialist' | 'reader'> {
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
  const specialist = createSpecialist(config);
  try {
    const inUse = calibrationFor(specialist.id, config.calibration);
    const { observations, unnamed } = await observe({
      ...options,
      specialist,
      reader: createPictureReader(),
    });
    refuseOneSided(observations);
    const predicted = crossValidate(observations);
    const calibration = fitReasoning(specialist.id, observations, predicted, unnamed);
    return reportOf({
      calibration,
      name: `reasoning on what ${specialist.id} sees`,
      scaled: undefined,
      leftOut: { 'of a noun that the detector does not know': unnamed.all },
      wasBy: 'the calibration in use',
      before: observations.map((observation) => trialOf(predictedBy(inUse, observation), inUse)),
      after: predicted.map((prediction) => trialOf(prediction, calibration)),
    });
  } finally {
    await specialist.close();
  }
}
