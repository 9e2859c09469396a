import type { Config, DeviceChoice } from '../config.ts';
import { SpotterError } from '../errors.ts';
import { createModels } from '../models/models.ts';
import type { Model } from '../models/registry.ts';
import type { Detector, DetectorDeps } from './detector.ts';
import { createGroundingDino } from './grounding-dino/grounding-dino.ts';
import { createStarter } from './starter/starter.ts';
import { createDetectorHost, type DetectorHost } from './worker/host.ts';

/** The device that the settings name, or else the one that suits the model. */
const deviceFor = ({ device }: Pick<Config, 'device'>, model: Model): DeviceChoice =>
  device === 'auto' ? (model.device ?? 'auto') : device;

/**
 * The detector that the settings name, with a detector process of its own, which it takes along when it is closed. The
 * process is started by the first work.
 * @param model as the settings name it unless given
 * @throws SpotterError bad-config, unknown-model, model-missing, model-unfit
 */
export function createDetector(
  config: Config,
  model: Model = createModels(config).open(config.specialist),
): HostedDetector {
  if (!Object.hasOwn(DETECTORS, model.specialist)) {
    const known = Object.keys(DETECTORS).join(', ');
    const sentence = `The registry says that ${model.id} is run by "${model.specialist}", which is no specialist.`;
    throw new SpotterError('bad-config', sentence, `These are: ${known}.`);
  }
  const host = createDetectorHost({ device: deviceFor(config, model) });
  const detector = DETECTORS[model.specialist as DetectorKind]({ model, host });
  return {
    ...detector,
    variant: model.variant,
    host,
    async close() {
      await detector.close();
      await host.close();
    },
  };
}

/** A detector with the process that it runs in, which may run other models, too. */
export interface HostedDetector extends Detector {
  readonly host: DetectorHost;
}

/** Every kind of detector, as the registry of models names it: a new one is one folder and one line. */
export const DETECTORS = {
  starter: createStarter,
  'grounding-dino': createGroundingDino,
} as const satisfies Record<string, (deps: DetectorDeps) => Detector>;

export type DetectorKind = keyof typeof DETECTORS;
