import type { Config, DeviceChoice } from '../config.ts';
import { SpotterError } from '../errors.ts';
import { createModels } from '../models/models.ts';
import type { Model } from '../models/registry.ts';
import type { Specialist, SpecialistDeps } from './detector.ts';
import { createGroundingDino } from './grounding-dino/grounding-dino.ts';
import { createStarter } from './starter/starter.ts';
import { createDetectorHost } from './worker/host.ts';

/** The device that the settings name, or else the one that suits the model. */
const deviceFor = ({ device }: Pick<Config, 'device'>, model: Model): DeviceChoice =>
  device === 'auto' ? (model.device ?? 'auto') : device;

/**
 * The specialist that the settings name, with a detector process of its own, which it takes along when it is closed.
 * @throws SpotterError bad-config, unknown-model, model-missing, model-unfit
 */
export function createSpecialist(config: Config): Specialist {
  const model = createModels(config).open(config.specialist);
  if (!Object.hasOwn(SPECIALISTS, model.specialist)) {
    const known = Object.keys(SPECIALISTS).join(', ');
    const sentence = `The registry says that ${model.id} is run by "${model.specialist}", which is no specialist.`;
    throw new SpotterError('bad-config', sentence, `These are: ${known}.`);
  }
  const host = createDetectorHost({ device: deviceFor(config, model) });
  const specialist = SPECIALISTS[model.specialist as SpecialistKind]({ model, host });
  return {
    ...specialist,
    variant: model.variant,
    async close() {
      await specialist.close();
      await host.close();
    },
  };
}

/** Every kind of specialist, as the registry of models names it: a new one is one folder and one line. */
export const SPECIALISTS = {
  starter: createStarter,
  'grounding-dino': createGroundingDino,
} as const satisfies Record<string, (deps: SpecialistDeps) => Specialist>;

export type SpecialistKind = keyof typeof SPECIALISTS;
