import { z } from 'zod';
import { BOT_SECTION, CONFIG_VARIABLES } from '../../src/config.ts';
import { flag, number, readSettings, type Sources, text, url, type Values } from '../../src/settings.ts';

/** Names separated by commas. */
const names = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((name) => name.trim())
          .filter(Boolean)
      : value,
  z.array(text),
);
const count = number.pipe(z.number().int().positive());

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
  /** Where metrics, health and Slack's requests are answered; nothing is listened to unless set. */
  port: ['PORT', number.pipe(z.number().int().min(0).max(65_535)).optional()],
  /** The address of the port; only this machine reaches it unless set, to 0.0.0.0 for example. */
  host: ['SPOTTER_HOST', z.union([z.ipv4(), z.ipv6(), z.literal('localhost')]).default('127.0.0.1')],
  /** Shown as a bearer token to see metrics; needed where the address is not this machine's alone. */
  metricsToken: ['SPOTTER_METRICS_TOKEN', text.min(16).optional()],
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
  logLevel: ['SPOTTER_LOG_LEVEL', z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')],
} as const;

export type BotSettings = Values<typeof SETTINGS>;

/** The variables of all settings: for the report at the start, which tells names and never a value. */
export const VARIABLES: readonly string[] = [
  ...new Set([...Object.values(SETTINGS).map(([variable]) => variable), ...CONFIG_VARIABLES]),
];

/** Settings as they stand in the environment, not yet checked. */
export const rawSettings = (env: NodeJS.ProcessEnv): Partial<Record<keyof BotSettings, string>> =>
  Object.fromEntries(
    Object.entries(SETTINGS).flatMap(([name, [variable]]) => (env[variable] ? [[name, env[variable]]] : [])),
  );

/** @throws SpotterError bad-config, naming everything that is wrong, but no value */
export const readBotSettings = (sources: Sources<keyof BotSettings>): BotSettings =>
  readSettings(SETTINGS, sources, { section: BOT_SECTION });
