import * as z from 'zod';
import {
  BOT_SECTION,
  CONFIG_VARIABLES,
  type Config,
  count,
  flag,
  names,
  number,
  readConfig,
  readSettings,
  SERVICE_SETTINGS,
  type Sources,
  text,
  url,
  type Values,
  VERSION,
} from '../../src/config.ts';
import { SpotterError } from '../../src/errors.ts';
import { WEB_SETTINGS } from '../web/settings.ts';

/** Every setting of the bot, besides those of src/config.ts. */
const SETTINGS = {
  discordToken: ['DISCORD_TOKEN', text.optional()],
  discordAppId: ['DISCORD_APP_ID', text.optional()],
  /** A proxy or a stand-in in Discord's place, such as http://127.0.0.1:9000/api. */
  discordApiUrl: ['DISCORD_API_URL', url.optional()],
  slackBotToken: ['SLACK_BOT_TOKEN', text.optional()],
  /** For Socket Mode. */
  slackAppToken: ['SLACK_APP_TOKEN', text.optional()],
  /** For signed HTTP. */
  slackSigningSecret: ['SLACK_SIGNING_SECRET', text.optional()],
  slackApiUrl: ['SLACK_API_URL', url.optional()],
  ...SERVICE_SETTINGS,
  redisUrl: ['REDIS_URL', z.url({ protocol: /^rediss?$/ }).optional()],
  /** Hosts that pictures may come from besides the platforms' own, "host:port", plain http too; for stand-ins. */
  allowedHosts: ['SPOTTER_ALLOWED_HOSTS', names.default([])],
  /** Whether links that people write are followed. */
  links: ['SPOTTER_LINKS', flag.default(false)],
  /** How long a conversation is remembered, in hours. */
  rememberHours: ['SPOTTER_REMEMBER_HOURS', number.pipe(z.number().positive().max(8760)).default(72)],
  /** Questions a minute. */
  perUser: ['SPOTTER_PER_USER', count.default(30)],
  perChannel: ['SPOTTER_PER_CHANNEL', count.default(120)],
  /** Questions that are answered at once, and that may wait. */
  atOnce: ['SPOTTER_AT_ONCE', count.default(2)],
  waiting: ['SPOTTER_WAITING', count.default(50)],
  /** Who may ask, and where; everybody and everywhere unless set. */
  allowedUsers: ['SPOTTER_ALLOWED_USERS', names.default([])],
  allowedRoles: ['SPOTTER_ALLOWED_ROLES', names.default([])],
  allowedChannels: ['SPOTTER_ALLOWED_CHANNELS', names.default([])],
  /** Whether pictures are kept with what people say of answers. */
  feedbackPictures: ['SPOTTER_FEEDBACK_PICTURES', flag.default(false)],
  ...WEB_SETTINGS,
} as const;

export type BotSettings = Values<typeof SETTINGS>;

/** The variables of all settings: for the report at the start, which tells names and never a value. */
export const VARIABLES: readonly string[] = [
  ...new Set([...Object.values(SETTINGS).map(([variable]) => variable), ...CONFIG_VARIABLES]),
];

/** Settings as they stand in the environment, not yet checked. */
const rawSettings = (env: NodeJS.ProcessEnv): Partial<Record<keyof BotSettings, string>> =>
  Object.fromEntries(
    Object.entries(SETTINGS).flatMap(([name, [variable]]) => (env[variable] ? [[name, env[variable]]] : [])),
  );

/** @throws SpotterError bad-config, naming everything that is wrong, but no value */
export const readBotSettings = (sources: Sources<keyof BotSettings>): BotSettings =>
  readSettings(SETTINGS, sources, { section: BOT_SECTION });

/** All settings; whatever is wrong is told at once. @throws SpotterError bad-config */
export function readAll(env: NodeJS.ProcessEnv): { readonly config: Config; readonly settings: BotSettings } {
  const wrong: string[] = [];
  const read = <T>(what: () => T): T | undefined => {
    try {
      return what();
    } catch (thrown) {
      if (!(thrown instanceof SpotterError)) throw thrown;
      wrong.push(thrown.hint);
      return undefined;
    }
  };
  const config = read(() => readConfig({ env }));
  const settings = read(() => readBotSettings({ env }));
  const incomplete = halfSet(settings ?? rawSettings(env));
  if (config && settings && incomplete.length === 0) return { config, settings };
  const all = [...new Set([...wrong, ...incomplete])];
  throw new SpotterError('bad-config', 'The bot cannot start with these settings.', all.join(' · '));
}

/** Settings that need another one, which is missing. */
const halfSet = ({
  discordToken,
  discordAppId,
  slackBotToken,
  ...slack
}: Partial<Record<keyof BotSettings, unknown>>): string[] => [
  ...(discordToken && !discordAppId
    ? ['DISCORD_APP_ID is missing; it is on the page where the token is']
    : []),
  ...(discordAppId && !discordToken ? ['DISCORD_TOKEN is missing'] : []),
  ...(slackBotToken && !slack.slackAppToken && !slack.slackSigningSecret
    ? ['SLACK_APP_TOKEN (for Socket Mode) or SLACK_SIGNING_SECRET (for HTTP, with PORT) is missing']
    : []),
  ...(slackBotToken && slack.slackSigningSecret && !slack.slackAppToken && slack.port === undefined
    ? ['PORT is missing, where requests of Slack are taken']
    : []),
  ...(!slackBotToken && (slack.slackAppToken || slack.slackSigningSecret)
    ? ['SLACK_BOT_TOKEN is missing']
    : []),
];

/** What one part says of its start. */
export type Started =
  | { readonly name: string; readonly started: true; readonly said?: string }
  | {
      readonly name: string;
      readonly started: false;
      /** "DISCORD_TOKEN is not set" */
      readonly why: string;
      /** What a person has to do for it, step by step. */
      readonly steps?: readonly string[];
    };

export interface StartReport {
  /** Places where questions come from. */
  readonly adapters: readonly Started[];
  /** Everything else: detector, language model, memory, port. */
  readonly parts?: readonly Started[];
  /** Of settings only the names are told. */
  readonly env: NodeJS.ProcessEnv;
  readonly variables: readonly string[];
  /** Takes out what may not be shown; see src/secrets.ts. */
  readonly scrub?: (text: string) => string;
}

/** There are many, and all of them have something that is usual. */
const OF_ONES_OWN = /^(?:SPOTTER|HF)_/;

const listed = (names: readonly string[]): string => [...names].sort().join(', ') || 'none';

const TERMINAL =
  'Without any of them, in the terminal: spotter find street.jpg "the man left of the red bus"';

/** What was started, what was not, why, and what to do: for a person, in lines. */
export function createStartReport({
  adapters,
  parts = [],
  env,
  variables,
  scrub = (text) => text,
}: StartReport): string {
  const all = [...adapters, ...parts];
  const width = Math.max(0, ...all.map(({ name }) => name.length));
  const running = adapters.some(({ started }) => started);
  const lines = [
    `Spotter ${VERSION}`,
    ...all.flatMap((part) => linesOf(part, width)),
    `Settings that are set: ${listed(variables.filter((name) => env[name]))}`,
    `Not set: ${listed(variables.filter((name) => !env[name] && !OF_ONES_OWN.test(name)))}`,
    ...(running ? [] : ['Nothing takes questions yet.', TERMINAL]),
  ];
  return lines
    .map((line) =>
      scrub(line)
        .replace(/\p{C}+/gu, ' ')
        .trimEnd(),
    )
    .join('\n');
}

function linesOf(part: Started, width: number): string[] {
  const head = `  ${part.name.padEnd(width)}  `;
  if (part.started) return [`${head}started${part.said ? `: ${part.said}` : ''}`];
  const indent = ' '.repeat(head.length);
  const steps = (part.steps ?? []).map((step, i) => `${indent}${i + 1}. ${step}`);
  return [`${head}not started: ${part.why}`, ...steps];
}
