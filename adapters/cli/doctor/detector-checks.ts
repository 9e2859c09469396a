// The parts are loaded by the checks that need them: one that cannot be loaded is what a check is to report.
import type { Config } from '../../../src/config.ts';
import type { Model } from '../../../src/models/model.ts';
import type { Refused } from '../../../src/specialist/host/protocol.ts';
import type { Found } from './checks.ts';

async function settings(): Promise<Config> {
  const { readConfig } = await import('../../../src/config.ts');
  return readConfig({ env: process.env });
}

async function chosenModel(): Promise<Model> {
  const { createModels } = await import('../../../src/models/models.ts');
  const config = await settings();
  return createModels(config).open(config.specialist);
}

/** @throws SpotterError bad-config */
export async function settingsAreRead(): Promise<string> {
  const { specialist, device } = await settings();
  return `specialist ${specialist}, device ${device}`;
}

/** @throws SpotterError bad-config, unknown-model, model-missing */
export async function modelIsHere(): Promise<string> {
  const { verifyModel } = await import('../../../src/specialist/onnx/weights.ts');
  const { id, variant, weights, files } = await chosenModel();
  for (const file of [weights, ...Object.values(files)]) await verifyModel(file);
  return `${variant === 'default' ? id : `${id}@${variant}`}, sha256 ${weights.sha256.slice(0, 12)}…`;
}

/** Which device runs the model, and why the others do not. @throws SpotterError as DetectorHost.load */
export async function deviceRuns(signal: AbortSignal): Promise<Found> {
  const { createDetectorHost } = await import('../../../src/specialist/host/host.ts');
  const [config, model] = await Promise.all([settings(), chosenModel()]);
  const host = createDetectorHost({ device: config.device });
  try {
    const { device, optimisation, refused, ms } = await host.load(model.weights, { signal });
    const { threads, rss = 0 } = host.state;
    return {
      said: `${device}, optimisation ${optimisation}, ${threads} threads`,
      details: [
        `loaded in ${Math.round(ms)} ms, ${Math.round(rss / 1e6)} MB of memory`,
        ...refused.map(refusal),
        ...(config.device === 'auto' && model.device
          ? [`${model.id} is small: it runs on ${model.device} unless a device is named`]
          : []),
        ...(refused.length > 0 ? ['docs/gpu.md tells what each device needs'] : []),
      ],
    };
  } finally {
    await host.close();
  }
}

const refusal = ({ device, optimisation, why }: Refused): string =>
  `not ${device}${optimisation === 'all' ? '' : ` with optimisation ${optimisation}`}: ${why}`;

/** A grey picture of 8 x 8 pixels: enough to go the whole way of a question. */
const TINY_PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQMAAAD+wSzIAAAAA1BMVEWIiIhYZW6zAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAC0lEQVQImWNgQAUAABAAASG2FtIAAAAASUVORK5CYII=',
  'base64',
);

/** @throws SpotterError whatever a question may */
export async function detectorAnswers(signal: AbortSignal): Promise<string> {
  const { createSpotter } = await import('../../../src/spotter.ts');
  const spotter = createSpotter(await settings());
  try {
    const start = performance.now();
    await spotter.ask({ source: TINY_PICTURE, expression: 'the dog', signal });
    return `answers, from a cold start in ${Math.round(performance.now() - start)} ms`;
  } finally {
    await spotter.close();
  }
}
