import type { Config } from '../../config.ts';
import { createPictureReader } from '../../picture/read.ts';
import { createSpecialist } from '../../specialist/create.ts';
import { calibrationFor } from '../../verdict/calibration.ts';
import { refuseOneSided } from './enough.ts';
import { crossValidate, fitReasoning, predictedBy, trialOf } from './fit-reasoning.ts';
import { type ObserveOptions, observe } from './observe.ts';
import { type CalibrationReport, reportOf } from './report.ts';

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
