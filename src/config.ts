import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { flag, number, readSettings, type Sources, text, url, type Values } from './settings.ts';
import { DEVICE_CHOICES } from './specialist/device.ts';
import { STRATEGY_NAMES } from './strategy/names.ts';
import { OFFER_SIZES, OFFER_STYLES, OFFERED } from './strategy/offer.ts';
import { TARGETS_BY } from './strategy/target/target.ts';

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
  mllmSeconds: ['SPOTTER_MLLM_SECONDS', number.pipe(z.number().positive().max(600)).default(30)],
  /** How many candidates it is offered, and how they are shown. */
  candidates: ['SPOTTER_CANDIDATES', number.pipe(z.literal(OFFER_SIZES)).default(OFFERED)],
  offer: ['SPOTTER_OFFER', z.enum(OFFER_STYLES).default('text')],
  /** In which order; derived from the picture and the expression unless given. */
  seed: [
    'SPOTTER_SEED',
    number
      .pipe(
        z
          .number()
          .int()
          .max(2 ** 32 - 1),
      )
      .optional(),
  ],
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

export type Config = Values<typeof SETTINGS>;
/** The variables of the environment that carry them. */
export const CONFIG_VARIABLES: readonly string[] = Object.values(SETTINGS).map(([variable]) => variable);
/** Settings as somebody gave them, not yet checked. */
export type Given = { readonly [K in keyof Config]?: unknown };

/** In the file, what is about the bot alone stands below this name; see adapters/bot. */
export const BOT_SECTION = 'bot';

/** @throws SpotterError bad-config, naming everything that is wrong, but no value: it may be a secret */
export const readConfig = (sources: Sources<keyof Config> = {}): Config =>
  readSettings(SETTINGS, sources, { ignored: [BOT_SECTION] });
