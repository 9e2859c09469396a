import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SpotterError } from './errors.ts';
import { DEVICE_CHOICES } from './specialist/device.ts';
import { STRATEGY_NAMES } from './strategy/names.ts';
import { OFFER_SIZES, OFFER_STYLES, OFFERED } from './strategy/offer.ts';
import { TARGETS_BY } from './strategy/target/target.ts';

const text = z.string().trim().min(1);
const url = z.url({ protocol: /^https?$/ });

const flag = z.union([z.boolean(), z.stringbool()]);

/** Text as JSON, where it is any. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Every setting: the variable of the environment that carries it, and what it may be. */
const SETTINGS = {
  /** Which specialist looks: an id of the registry of models, with "@variant" or without. */
  specialist: ['SPOTTER_SPECIALIST', text.default('starter')],
  /** A calibration of one's own, in place of the one that comes with the specialist. */
  calibration: ['SPOTTER_CALIBRATION', text.optional()],
  device: ['SPOTTER_DEVICE', z.enum(DEVICE_CHOICES).default('auto')],
  /** The folder where pulled models lie. */
  models: ['SPOTTER_MODELS', text.default(() => join(homedir(), '.cache', 'spotter', 'models'))],
  /** A registry of one's own, read besides the one that comes with Spotter. */
  registry: ['SPOTTER_REGISTRY', text.optional()],
  hfEndpoint: ['HF_ENDPOINT', url.default('https://huggingface.co')],
  hfToken: ['HF_TOKEN', text.optional()],
  /** Which way questions go. */
  strategy: ['SPOTTER_STRATEGY', z.enum(STRATEGY_NAMES).default('auto')],
  /** A multimodal model, as its endpoint knows it; without one no language model is ever asked. */
  mllmModel: ['SPOTTER_MLLM_MODEL', text.optional()],
  mllmBaseUrl: ['OPENAI_BASE_URL', url.default('https://api.openai.com/v1')],
  mllmApiKey: ['OPENAI_API_KEY', text.optional()],
  /** What is known better of the model than src/mllm/profiles.json does; JSON in the environment. */
  mllmProfile: ['SPOTTER_MLLM_PROFILE', z.preprocess(parsed, z.record(z.string(), z.unknown())).optional()],
  /** For all that one question asks of it, in seconds. */
  mllmSeconds: ['SPOTTER_MLLM_SECONDS', z.coerce.number().positive().max(600).default(30)],
  /** How many candidates it is offered, and how they are shown. */
  candidates: ['SPOTTER_CANDIDATES', z.coerce.number().pipe(z.literal(OFFER_SIZES)).default(OFFERED)],
  offer: ['SPOTTER_OFFER', z.enum(OFFER_STYLES).default('text')],
  /** In which order; derived from the picture and the expression unless given. */
  seed: ['SPOTTER_SEED', z.coerce.number().int().nonnegative().optional()],
  /** Who finds the phrase that an expression is about, for sfa. */
  targets: ['SPOTTER_TARGETS', z.enum(TARGETS_BY).default('local')],
  /** Whether sfa draws specialist and model to that phrase. */
  focus: ['SPOTTER_FOCUS', flag.default(false)],
  /** The published router's fault, for comparing numbers. */
  paperNms: ['SPOTTER_PAPER_NMS', flag.default(false)],
  /** The folder of what is to outlive the process. */
  state: ['SPOTTER_STATE', text.default(() => join(homedir(), '.local', 'state', 'spotter'))],
  /** Whether answers are remembered: all while the process lives, those of a language model in that folder. */
  cache: ['SPOTTER_CACHE', flag.default(true)],
} as const;

type Name = keyof typeof SETTINGS;
export type Config = { readonly [K in Name]: z.infer<(typeof SETTINGS)[K][1]> };
/** Settings as somebody gave them, not yet checked. */
export type Given = { readonly [K in Name]?: unknown };

export interface ConfigSources {
  /** Given for this one call; wins over everything. */
  readonly flags?: Given;
  /** Wins over the file; an empty variable counts as not set. */
  readonly env?: NodeJS.ProcessEnv;
}

const NAMES = Object.keys(SETTINGS) as Name[];

/**
 * Reads the settings: flags win over the environment, the environment over the file, the file over what is
 * usual. The file is JSON, {"specialist": "…"}, where SPOTTER_CONFIG says or in the user's folder for settings;
 * never in the working directory, which may be somebody else's.
 * @throws SpotterError bad-config, naming everything that is wrong, but no value: it may be a secret
 */
export function readConfig({ flags = {}, env = {} }: ConfigSources = {}): Config {
  const file = readFile(env);
  const wrong: string[] = unknownKeys(file.settings).map((key) => `${file.path}: "${key}" is no setting`);
  const entries = NAMES.map((name) => {
    const [variable, schema] = SETTINGS[name];
    const given = [
      ['the command line', flags[name]],
      [variable, env[variable] || undefined],
      [`${file.path}, ${name}`, file.settings[name]],
    ].find(([, value]) => value !== undefined) ?? [variable, undefined];
    const read = schema.safeParse(given[1]);
    if (!read.success) wrong.push(`${given[0]}: ${read.error.issues.map((i) => i.message).join('; ')}`);
    return [name, read.data];
  });
  if (wrong.length === 0) return Object.fromEntries(entries) as Config;
  throw badConfig(wrong);
}

interface ConfigFile {
  readonly path: string;
  readonly settings: Given;
}

function readFile(env: NodeJS.ProcessEnv): ConfigFile {
  const folder = env.XDG_CONFIG_HOME || join(homedir(), '.config');
  const path = env.SPOTTER_CONFIG || join(folder, 'spotter', 'config.json');
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    if (!env.SPOTTER_CONFIG && (cause as NodeJS.ErrnoException).code === 'ENOENT')
      return { path, settings: {} };
    throw badConfig([`${path} cannot be read`], cause);
  }
  try {
    return { path, settings: z.record(z.string(), z.unknown()).parse(JSON.parse(content)) };
  } catch {
    // What JSON.parse says quotes the file, and so may quote a secret.
    throw badConfig([`${path} is not a JSON object`]);
  }
}

const unknownKeys = (settings: Given): string[] =>
  Object.keys(settings).filter((key) => !(NAMES as string[]).includes(key));

const badConfig = (wrong: readonly string[], cause?: unknown): SpotterError =>
  new SpotterError(
    'bad-config',
    wrong.length === 1 ? 'A setting cannot be used.' : `${wrong.length} settings cannot be used.`,
    wrong.join(' · '),
    cause,
  );
