import { type Config, readConfig } from '../../src/config.ts';
import { SpotterError } from '../../src/errors.ts';
import { type BotSettings, rawSettings, readBotSettings } from './settings.ts';

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

/** What is of no use alone. */
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
