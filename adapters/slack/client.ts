import { type Logger, webApi } from '@slack/bolt';
import { SpotterError } from '../../src/errors.ts';

export type Client = webApi.WebClient;

/** About a quarter of a minute: longer, and whoever asked is gone. A rate limit is waited for, however long. */
const RETRIES = { retries: 5, minTimeout: 500, maxTimeout: 8000, factor: 2, randomize: true };

/** A connection that was lost is sought for ever: @slack/socket-mode gives up for good when its retries end. */
const SOCKET_RETRIES = { forever: true, retries: 10, minTimeout: 500, maxTimeout: 30_000, factor: 2 };

const TIMEOUT_MS = 30_000;

export interface ClientOptions {
  /** A proxy or a stand-in, such as "http://127.0.0.1:9001/api/". */
  readonly apiUrl?: string | undefined;
  readonly logger: Logger;
}

const common = ({ apiUrl, logger }: ClientOptions) => ({
  logger,
  timeout: TIMEOUT_MS,
  ...(apiUrl !== undefined && { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
});

/** Asks Slack's Web API, and keeps to its rate limits. */
export const createClient = (token: string, options: ClientOptions): Client =>
  new webApi.WebClient(token, { ...common(options), retryConfig: RETRIES });

/** How Socket Mode asks for a connection: sockets need retries of their own. */
export const socketOptions = (options: ClientOptions): webApi.WebClientOptions => ({
  ...common(options),
  retryConfig: SOCKET_RETRIES,
});

/** Who we are. */
export interface Me {
  readonly user: string;
  readonly bot: string;
}

/** @throws SpotterError bad-config, where Slack does not accept the token; or what the network says */
export async function whoAmI(client: Client): Promise<Me> {
  try {
    const { user_id: user = '', bot_id: bot = '' } = await client.auth.test();
    return { user, bot };
  } catch (thrown) {
    throw notAccepted(thrown, 'SLACK_BOT_TOKEN', 'OAuth & Permissions, Bot User OAuth Token (xoxb-…)');
  }
}

/** What Slack says of a token as an error about a setting; anything else as it is. */
export function notAccepted(thrown: unknown, setting: string, where: string): unknown {
  if (!(thrown instanceof webApi.WebAPIPlatformError)) return thrown;
  const hint = `Copy ${setting} anew: https://api.slack.com/apps, ${where}. Slack says: ${thrown.data.error}.`;
  return new SpotterError('bad-config', 'Slack does not accept a token.', hint);
}
