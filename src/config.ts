import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { SpotterError } from './errors.ts';
import { NotAFile, readTextFile } from './files.ts';

export const text = z.string().trim().min(1);
export const url = z.url({ protocol: /^https?$/ });
/** A number, or one as people write it; Number would make one of nothing at all. */
export const number = z.union([
  z.number(),
  z
    .string()
    .trim()
    .regex(/^\d{1,10}(\.\d{1,6})?$/, 'is no number')
    .transform(Number),
]);
export const flag = z.union([z.boolean(), z.stringbool()]);
export const count = number.pipe(z.number().int().positive());
/** Names separated by commas. */
export const names = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((name) => name.trim())
          .filter(Boolean)
      : value,
  z.array(text),
);
/** A port to listen at; 0 is any free one. */
export const port = number.pipe(z.number().int().min(0).max(65_535));
/** An address to listen at: by default only this machine can reach it; at 0.0.0.0 others can. */
export const host = z.union([z.ipv4(), z.ipv6(), z.literal('localhost')]).default('127.0.0.1');

/** Settings of every program that runs as a service: the bot, and a worker. */
export const SERVICE_SETTINGS = {
  /** Where metrics, health and Slack's requests are answered; nothing is listened to unless set. */
  port: ['PORT', port.optional()],
  host: ['SPOTTER_HOST', host],
  /** Shown as a bearer token to see metrics; needed where the address is not this machine's alone. */
  metricsToken: ['SPOTTER_METRICS_TOKEN', text.min(16).optional()],
  logLevel: ['SPOTTER_LOG_LEVEL', z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')],
} as const;

/** Settings by name: the variable of the environment that carries each, and what it may be. */
export type Table = Readonly<Record<string, readonly [variable: string, schema: z.ZodType]>>;
export type Values<T extends Table> = { readonly [K in keyof T]: z.infer<T[K][1]> };

export interface Sources<K extends PropertyKey = string> {
  /** Given for this one call; wins over everything. */
  readonly flags?: { readonly [N in K]?: unknown };
  /** Wins over the file; an empty variable counts as not set. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Section {
  /** Where in the file these settings stand; at the top unless told. */
  readonly section?: string;
  /** What else may stand beside them. */
  readonly ignored?: readonly string[];
}

/**
 * Reads settings: flags win over the environment, the environment over the file, the file over what is
 * usual. The file is JSON, {"specialist": "…"}, where SPOTTER_CONFIG says or in the user's folder for settings;
 * never in the working directory, which may be somebody else's.
 * @throws SpotterError bad-config, naming everything that is wrong, but no value: it may be a secret
 */
export function readSettings<T extends Table>(
  table: T,
  { flags = {}, env = {} }: Sources<keyof T & string>,
  { section, ignored = [] }: Section = {},
): Values<T> {
  const file = readFile(env, section);
  const names = Object.keys(table);
  const wrong = Object.keys(file.settings)
    .filter((key) => !names.includes(key) && !ignored.includes(key))
    .map((key) => `${file.path}: "${key}" is no setting`);
  const entries = names.map((name) => {
    const [variable, schema] = table[name]!;
    const given = [
      ['the command line', (flags as Record<string, unknown>)[name]],
      [variable, env[variable] || undefined],
      [`${file.path}, ${name}`, file.settings[name]],
    ].find(([, value]) => value !== undefined) ?? [variable, undefined];
    const read = schema.safeParse(given[1]);
    if (!read.success) wrong.push(`${given[0]}: ${read.error.issues.map((i) => i.message).join('; ')}`);
    return [name, read.data];
  });
  if (wrong.length === 0) return Object.fromEntries(entries) as Values<T>;
  throw badConfig(wrong);
}

interface SettingsFile {
  readonly path: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

const JsonObject = z.record(z.string(), z.unknown());

function readFile(env: NodeJS.ProcessEnv, section: string | undefined): SettingsFile {
  const folder = env.XDG_CONFIG_HOME || join(homedir(), '.config');
  const path = env.SPOTTER_CONFIG || join(folder, 'spotter', 'config.json');
  let content: string;
  try {
    content = readTextFile(path);
  } catch (cause) {
    if (!env.SPOTTER_CONFIG && (cause as NodeJS.ErrnoException).code === 'ENOENT')
      return { path, settings: {} };
    throw badConfig(
      [`${path} cannot be read${cause instanceof NotAFile ? `: ${cause.message}` : ''}`],
      cause,
    );
  }
  try {
    const whole = JsonObject.parse(JSON.parse(content));
    return { path, settings: section === undefined ? whole : JsonObject.parse(whole[section] ?? {}) };
  } catch {
    // What JSON.parse says quotes the file, and so may quote a secret.
    throw badConfig([`${path} is not a JSON object`]);
  }
}

const badConfig = (wrong: readonly string[], cause?: unknown): SpotterError =>
  new SpotterError(
    'bad-config',
    wrong.length === 1 ? 'A setting cannot be used.' : `${wrong.length} settings cannot be used.`,
    wrong.join(' · '),
    cause,
  );

/** Every strategy; the first is the usual one. */
export const STRATEGY_NAMES = ['auto', 'crs', 'sfa', 'specialist', 'mllm'] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** The same way without a language model, to be compared with. */
export const WITHOUT = {
  auto: 'auto',
  crs: 'specialist',
  sfa: 'specialist',
  specialist: 'specialist',
  mllm: 'specialist',
} as const satisfies Record<StrategyName, StrategyName>;

/** The strategies that do without a language model. */
export const RUN_ALONE: readonly StrategyName[] = STRATEGY_NAMES.filter((name) => WITHOUT[name] === name);

/** How many candidates may be offered. */
export const OFFER_SIZES = [3, 5, 8, 10] as const;

export type OfferSize = (typeof OFFER_SIZES)[number];

/** How many are offered unless told, as published. */
export const OFFERED: OfferSize = 5;

/** How options are shown: coordinates in the text (as published), lettered frames in the picture, both, or crops. */
export const OFFER_STYLES = ['text', 'marks', 'both', 'crops'] as const;

export type OfferStyle = (typeof OFFER_STYLES)[number];

export const TARGETS_BY = ['local', 'mllm'] as const;

export type TargetsBy = (typeof TARGETS_BY)[number];

/** Where a model may run, in the order of preference. */
export const DEVICES = ['cuda', 'webgpu', 'cpu'] as const;
export type Device = (typeof DEVICES)[number];

/** A device, or the first one that works. */
export const DEVICE_CHOICES = ['auto', ...DEVICES] as const;
export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

/** The devices to try for a choice, in this order. */
export const devicesOf = (choice: DeviceChoice): readonly Device[] =>
  choice === 'auto' ? DEVICES : [choice];

/** Who looks at pictures: this process, workers by a queue in Redis, or those as long as one is alive. */
export const QUEUE_CHOICES = ['off', 'redis', 'auto'] as const;

/** Who looks where no worker does: nobody, or this process. */
export const QUEUE_FALLBACKS = ['none', 'local'] as const;

/** How far ONNX Runtime may rewrite a graph, most first; some half precision graphs only load with less. */
export const OPTIMISATIONS = ['all', 'basic', 'disabled'] as const;
export type Optimisation = (typeof OPTIMISATIONS)[number];

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
  /** Which detector looks: an id of the registry of models, with "@variant" or without. */
  specialist: ['SPOTTER_SPECIALIST', text.default('starter')],
  /** A calibration of one's own, in place of the one that comes with the detector. */
  calibration: ['SPOTTER_CALIBRATION', text.optional()],
  device: ['SPOTTER_DEVICE', z.enum(DEVICE_CHOICES).default('auto')],
  /** The folder where pulled models lie. */
  models: ['SPOTTER_MODELS', text.default(() => join(homedir(), '.cache', 'spotter', 'models'))],
  /** A registry of one's own, read besides the one that comes with Spotter. */
  registry: ['SPOTTER_REGISTRY', text.optional()],
  hfEndpoint: ['HF_ENDPOINT', url.default('https://huggingface.co')],
  hfToken: ['HF_TOKEN', text.optional()],
  /** Whether faces and poses are looked at where an expression asks for a man, a woman, a pose or clothes. */
  people: ['SPOTTER_PEOPLE', flag.default(true)],
  /** A model of pictures and texts (CLIP), as the registry of models knows it; without one nothing is compared with words. */
  imageText: ['SPOTTER_IMAGE_TEXT', text.optional()],
  /** Which way questions go. */
  strategy: ['SPOTTER_STRATEGY', z.enum(STRATEGY_NAMES).default('auto')],
  /** A multimodal model, as its endpoint knows it; without one no language model is ever asked. */
  mllmModel: ['SPOTTER_MLLM_MODEL', text.optional()],
  mllmBaseUrl: ['OPENAI_BASE_URL', url.default('https://api.openai.com/v1')],
  mllmApiKey: ['OPENAI_API_KEY', text.optional()],
  /** What is known better of the model than src/mllm/profiles.json does; JSON in the environment. */
  mllmProfile: ['SPOTTER_MLLM_PROFILE', z.preprocess(parsed, z.record(z.string(), z.unknown())).optional()],
  /** Whether it is shown a made-up picture before it is believed. */
  mllmProbe: ['SPOTTER_MLLM_PROBE', flag.default(true)],
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
  /** Whether sfa draws detector and model to that phrase. */
  focus: ['SPOTTER_FOCUS', flag.default(false)],
  /** The published router's fault, for comparing numbers. */
  paperNms: ['SPOTTER_PAPER_NMS', flag.default(false)],
  redisUrl: ['REDIS_URL', z.url({ protocol: /^rediss?$/ }).optional()],
  queue: ['SPOTTER_QUEUE', z.enum(QUEUE_CHOICES).default('off')],
  queueFallback: ['SPOTTER_QUEUE_FALLBACK', z.enum(QUEUE_FALLBACKS).default('none')],
  /** What the pictures of all questions that wait in Redis may have together, in MiB. */
  queuePictures: ['SPOTTER_QUEUE_PICTURES', number.pipe(z.number().positive().max(1e6)).default(256)],
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
/** Likewise of the page and the API; see adapters/web. */
export const WEB_SECTION = 'web';
/** What is about a worker alone; see adapters/cli/worker.ts. */
export const WORKER_SECTION = 'worker';

/** @throws SpotterError bad-config, naming everything that is wrong, but no value: it may be a secret */
export const readConfig = (sources: Sources<keyof Config> = {}): Config =>
  readSettings(SETTINGS, sources, { ignored: [BOT_SECTION, WEB_SECTION, WORKER_SECTION] });

/** Of the program, as in package.json. */
export const VERSION: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version;
