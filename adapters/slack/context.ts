import { type Logger, webApi } from '@slack/bolt';
import { SpotterError } from '../../src/errors.ts';

export const PLATFORM = 'slack';

/** Where the adapter tells what happens to it; a logger of pino is one. */
export interface Log {
  info(fields: object, words: string): void;
  warn(fields: object, words: string): void;
  error(fields: object, words: string): void;
}

/** What Slack's own libraries say. What they say in passing holds what people write, and is left out. */
export function loggerOf(log: Log): Logger {
  const tell =
    (level: 'warn' | 'error') =>
    (...said: unknown[]): void => {
      const err = said.find((each) => each instanceof Error);
      const words = said.filter((each) => typeof each === 'string').join(' ');
      log[level]({ platform: PLATFORM, ...(err && { err }) }, `the client says: ${words || 'an error'}`);
    };
  const nothing = (): void => {};
  return {
    debug: nothing,
    info: nothing,
    warn: tell('warn'),
    error: tell('error'),
    setLevel: nothing,
    setName: nothing,
    getLevel: () => 'warn' as ReturnType<Logger['getLevel']>,
  };
}

/** As much of what Slack sends as is read here. */
export interface SlackFile {
  readonly id?: string;
  readonly name?: string | null;
  readonly mimetype?: string;
  readonly filetype?: string;
  /** What Slack calls its type: "PNG", "Canvas", "Plain Text". */
  readonly pretty_type?: string;
  readonly size?: number;
  readonly mode?: string;
  /** Only known to Slack by its address elsewhere. */
  readonly is_external?: boolean;
  readonly url_private?: string;
  readonly url_private_download?: string;
  /** Where it is shared: channels, private ones, and direct conversations. */
  readonly channels?: readonly string[];
  readonly groups?: readonly string[];
  readonly ims?: readonly string[];
  /** Smaller copies that Slack has made, by their longer side in pixels. */
  readonly thumb_1024?: string;
  readonly thumb_960?: string;
  readonly thumb_800?: string;
  readonly thumb_720?: string;
  readonly thumb_480?: string;
  readonly thumb_360?: string;
}

/** A block of a message, or an element in one. */
export interface SlackBlock {
  readonly type?: string;
  readonly block_id?: string;
  /** Of a picture: where it is on the web, or which of Slack's files it is. */
  readonly image_url?: string;
  readonly slack_file?: { readonly id?: string; readonly url?: string };
  /** What stands in it. */
  readonly accessory?: SlackBlock;
  readonly elements?: readonly SlackBlock[];
}

/** What is shown below a message: a page that was linked to, or another message that was shared. */
interface Attached {
  readonly files?: readonly SlackFile[];
  /** The picture of a page that was linked to, and a small one. */
  readonly image_url?: string;
  readonly thumb_url?: string;
  readonly blocks?: readonly SlackBlock[];
  readonly message_blocks?: readonly { readonly message?: { readonly blocks?: readonly SlackBlock[] } }[];
}

export interface SlackMessage {
  readonly ts: string;
  readonly thread_ts?: string;
  /** Who wrote what the thread is on. */
  readonly parent_user_id?: string;
  readonly subtype?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly text?: string;
  readonly files?: readonly SlackFile[];
  readonly attachments?: readonly Attached[];
  readonly blocks?: readonly SlackBlock[];
  readonly edited?: { readonly ts?: string };
}

/** A message where it was said, as `app_mention` and `message` tell it. */
export interface MessageEvent extends SlackMessage {
  readonly channel: string;
  readonly channel_type?: string;
}

/** Of `message` events that tell what became of a message. */
export interface MessageChangedEvent {
  readonly channel: string;
  readonly message: SlackMessage;
}

export interface MessageDeletedEvent {
  readonly channel: string;
  readonly deleted_ts: string;
}

/** Conversations with one person alone. */
export const isDirect = (channel: string): boolean => channel.startsWith('D');

/** Why something cannot be said, by Slack's name for it. */
const REASONS: Readonly<Record<string, string>> = {
  not_in_channel: 'I am not in that channel.',
  channel_not_found: 'I cannot see that channel.',
  is_archived: 'The channel is archived.',
  restricted_action: 'I may not post that here.',
  restricted_action_read_only_channel: 'Nobody but a few may post here.',
  restricted_action_thread_only_channel: 'Here one may only write in threads.',
  restricted_action_non_threadable_channel: 'Here one may not write in threads.',
  ekm_access_denied: 'The administrators do not let me post here.',
  access_denied: 'I may not post that here.',
  no_permission: 'I may not post that here.',
  not_allowed_token_type: 'I may not post that here.',
  missing_scope: 'I am missing a permission.',
  file_uploads_disabled: 'Nobody may upload files here.',
  file_upload_size_restricted: 'The picture is too large to be posted here.',
  user_not_in_channel: 'Only members of the channel can be answered there.',
  thread_not_found: 'The message is gone.',
  message_not_found: 'The message is gone.',
  msg_too_long: 'The answer is too long to be posted.',
  invalid_auth: 'Slack does not accept the token any more.',
  account_inactive: 'Slack does not accept the token any more.',
  token_revoked: 'Slack does not accept the token any more.',
};

/** Slack's name for what went wrong; undefined, where it was something else. */
const errorOf = (thrown: unknown): string | undefined =>
  thrown instanceof webApi.WebAPIPlatformError ? thrown.data.error : undefined;

/** Whether Slack has answered, and would answer the same again; else it may only have been lost on the way. */
export const isAnswer = (thrown: unknown): boolean =>
  thrown instanceof webApi.WebAPIPlatformError || thrown instanceof webApi.WebAPIHTTPError;

/** The scope that Slack says is missing; the client knows the answer's success only. */
function neededBy(thrown: unknown): string {
  if (!(thrown instanceof webApi.WebAPIPlatformError)) return '';
  const { needed } = thrown.data as { readonly needed?: unknown };
  return typeof needed === 'string' ? needed : '';
}

const BARRED: readonly (string | undefined)[] = Object.keys(REASONS);

/** Whether another way to say it may be open where this one is barred. */
export const isBarred = (thrown: unknown): boolean => BARRED.includes(errorOf(thrown));

/** Why something could not be said: that Slack refused it, or else what the network says. */
export function cannotReply(thrown: unknown): unknown {
  if (thrown instanceof SpotterError) return thrown;
  if (!(thrown instanceof webApi.WebAPIPlatformError)) return bare(thrown);
  const needed = neededBy(thrown);
  const hint = needed
    ? `Give the app the scope ${needed}, and install it anew.`
    : 'Invite me to the channel with /invite; adapters/slack/manifest.yaml has all the scopes that I need.';
  return new SpotterError('cannot-reply', REASONS[errorOf(thrown) ?? ''], hint, bare(thrown));
}

/** Why a picture cannot be had, by Slack's name for it. */
const UNSEEN: Readonly<Record<string, string>> = {
  file_not_found: 'Slack knows no such file, or shows it to me no more: it is deleted, or not shared here.',
  file_deleted: 'The file is deleted.',
  access_denied: 'Slack does not let me see that file.',
  not_in_channel:
    'Slack does not show me the pictures of this channel, since I am not in it: invite me with /invite.',
  channel_not_found:
    'Slack does not show me the pictures of this channel, since I am not in it: invite me with /invite.',
};

/** Why a picture, or those of a channel, cannot be had: in what Slack said. */
export function cannotSee(thrown: unknown): SpotterError {
  const error = errorOf(thrown);
  if (error === 'missing_scope') {
    return new SpotterError(
      'not-allowed',
      `I am not allowed to look at that here: the app is missing the scope ${neededBy(thrown) || 'files:read'}.`,
      'Give it to the app, and install it anew.',
      bare(thrown),
    );
  }
  const said = error === undefined ? 'Slack does not answer.' : `Slack does not show it to me: ${error}.`;
  return new SpotterError('no-picture', UNSEEN[error ?? ''] ?? said, '', bare(thrown));
}

/** A failure as it may be logged: the client's own carry what Slack, or whoever is in its place, has answered. */
export function bare(thrown: unknown): unknown {
  const code = thrown instanceof Error ? String((thrown as NodeJS.ErrnoException).code ?? '') : '';
  return code.startsWith('slack_') ? new Error((thrown as Error).message) : thrown;
}

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
