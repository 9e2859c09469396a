import type { Config } from '../config.ts';
import { SpotterError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import { createModels } from '../models/models.ts';
import type { DeviceChoice } from './device.ts';
import { createDetectorHost } from './host/host.ts';
import type { Specialist } from './specialist.ts';
import { SPECIALISTS, type SpecialistKind } from './table.ts';

/** The device that the settings name, or else the one that suits the model. */
export const deviceFor = ({ device }: Pick<Config, 'device'>, model: Model): DeviceChoice =>
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
