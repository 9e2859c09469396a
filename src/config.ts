import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SpotterError } from './errors.ts';
import { DEVICE_CHOICES } from './specialist/device.ts';

const text = z.string().trim().min(1);

/** Every setting: the variable of the environment that carries it, and what it may be. */
const SETTINGS = {
  /** Which specialist looks: an id of the registry of models, with "@variant" or without. */
  specialist: ['SPOTTER_SPECIALIST', text.default('starter')],
  device: ['SPOTTER_DEVICE', z.enum(DEVICE_CHOICES).default('auto')],
  /** The folder where pulled models lie. */
  models: ['SPOTTER_MODELS', text.default(() => join(homedir(), '.cache', 'spotter', 'models'))],
  /** A registry of one's own, read besides the one that comes with Spotter. */
  registry: ['SPOTTER_REGISTRY', text.optional()],
  hfEndpoint: ['HF_ENDPOINT', z.url({ protocol: /^https?$/ }).default('https://huggingface.co')],
  hfToken: ['HF_TOKEN', text.optional()],
} as const;

export type Config = {
  readonly [K in keyof typeof SETTINGS]: z.infer<(typeof SETTINGS)[K][1]>;
};

/**
 * Reads the settings of an environment; an empty variable counts as not set.
 * @throws SpotterError bad-config, naming everything that is wrong but no value
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const wrong: string[] = [];
  const entries = Object.entries(SETTINGS).map(([name, [variable, schema]]) => {
    const read = schema.safeParse(env[variable] || undefined);
    if (!read.success) wrong.push(`${variable}: ${read.error.issues.map((i) => i.message).join('; ')}`);
    return [name, read.data];
  });
  if (wrong.length === 0) return Object.fromEntries(entries) as Config;
  const sentence =
    wrong.length === 1 ? 'A setting cannot be used.' : `${wrong.length} settings cannot be used.`;
  throw new SpotterError('bad-config', sentence, wrong.join(' · '));
}
