import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../../src/config.ts';
import { messageOf, SpotterError } from '../../src/errors.ts';
import { parseAllowedHosts } from '../../src/fetch/address.ts';
import type { Http } from '../../src/service/http.ts';
import { urlOf } from '../../src/service/listen.ts';
import type { Log } from '../../src/service/log.ts';
import type { Services } from './services.ts';
import type { BotSettings, Started } from './settings.ts';

/** A platform that runs. */
export interface Running {
  ready(): boolean;
  /** Takes nothing new. */
  stop(): Promise<void>;
  /** For the report at the start. */
  readonly said: string;
}

export interface StartOptions {
  readonly config: Config;
  readonly settings: BotSettings;
  readonly parts: Services;
  readonly log: Log;
  readonly http: Http;
}

interface Platform {
  /** Whether its tokens are set. */
  readonly wanted: (settings: BotSettings) => boolean;
  /** @throws SpotterError when it does not let us in */
  readonly start: (options: StartOptions) => Promise<Running>;
  readonly missing: string;
  /** How to get a token. */
  readonly steps: readonly string[];
}

/** Every platform; each is loaded only where it is wanted. */
export const PLATFORMS: Readonly<Record<string, Platform>> = {
  Discord: {
    wanted: ({ discordToken }) => discordToken !== undefined,
    missing: 'DISCORD_TOKEN is not set',
    steps: [
      'Open https://discord.com/developers/applications and choose New Application.',
      'Under Bot, choose Reset Token and copy it: it is DISCORD_TOKEN.',
      'Under General Information, copy the Application ID: it is DISCORD_APP_ID.',
      'Run "spotter discord register", open the link that it prints, and start again. See docs/deploy-discord.md.',
    ],
    async start({ settings, parts, log }) {
      const { createDiscord } = await import('../discord/discord.ts');
      const discord = await createDiscord({
        ...{ token: settings.discordToken!, appId: settings.discordAppId!, chat: parts.chat, log },
        ...(settings.discordApiUrl && { apiUrl: settings.discordApiUrl }),
        download: (url, { signal, origin }) =>
          counted(
            parts,
            parts.downloaders.discord.download(url, { signal, as: origin === 'link' ? 'user' : 'platform' }),
          ),
        onAcknowledged: (ms) => parts.metrics.heard('discord', ms / 1000),
      });
      await discord.start();
      return { ready: discord.ready, stop: discord.stop, said: `add it with ${discord.invite}` };
    },
  },
  Slack: {
    wanted: ({ slackBotToken }) => slackBotToken !== undefined,
    missing: 'SLACK_BOT_TOKEN is not set',
    steps: [
      'Open https://api.slack.com/apps, choose Create New App, From a manifest, and paste adapters/slack/manifest.yaml.',
      'Choose Install to Workspace; under OAuth & Permissions copy the Bot User OAuth Token: it is SLACK_BOT_TOKEN.',
      'Under Basic Information, App-Level Tokens, make one with connections:write: it is SLACK_APP_TOKEN.',
      'Start again, and invite the bot to a channel with /invite. See docs/deploy-slack.md.',
    ],
    async start({ settings, parts, log, http }) {
      const { createSlack } = await import('../slack/slack.ts');
      const { slackAppToken: appToken, slackSigningSecret: signingSecret, slackApiUrl: apiUrl } = settings;
      const slack = await createSlack({
        ...{ botToken: settings.slackBotToken!, appToken, signingSecret, apiUrl, chat: parts.chat, log },
        mount: http.mount,
        allowedHosts: parseAllowedHosts(settings.allowedHosts),
        download: (url, { signal, origin, headersFor }) => {
          const as = origin === 'link' ? 'user' : 'platform';
          return counted(parts, parts.downloaders.slack.download(url, { signal, as, headersFor }));
        },
        onAcknowledged: (ms) => parts.metrics.heard('slack', ms / 1000),
      });
      await slack.start();
      const said = appToken ? 'by Socket Mode' : 'by signed requests to /slack/events';
      return { ready: slack.ready, stop: slack.stop, said };
    },
  },
  Web: {
    wanted: ({ webPort }) => webPort !== undefined,
    missing: 'SPOTTER_WEB_PORT is not set',
    steps: [
      'Set SPOTTER_WEB_PORT to 8080, for example: the page, the API and the tools for agents. See docs/api.md.',
    ],
    async start({ config, settings, parts, log }) {
      const { createWebServer } = await import('../web/start.ts');
      const { spotter, store, admission, observe } = parts;
      const web = createWebServer({
        ...{ config, settings, links: settings.links, spotter, admission, observe },
        ...(store.eval && { redis: { eval: store.eval } }),
        onTrouble: (err) => log.error({ platform: 'web', err }, 'a request failed'),
      });
      const port = await web.listen(settings.webPort!);
      let isOpen = true;
      return {
        ready: () => isOpen,
        async stop() {
          isOpen = false;
          await web.close(STOP_MS);
        },
        said: `${urlOf(settings.webHost, port)}/`,
      };
    },
  },
};

/** For the answers that are under way, in milliseconds. */
const STOP_MS = 1000;

async function counted({ metrics }: Services, download: Promise<Uint8Array>): Promise<Uint8Array> {
  const bytes = await download;
  metrics.downloaded(bytes.length);
  return bytes;
}

export interface StartingOptions {
  readonly name: string;
  /** @throws SpotterError, where another attempt would be as useless; or what the network says */
  readonly start: () => Promise<Running>;
  readonly log: Pick<Log, 'info' | 'error'>;
  /** Nothing is started any more. */
  readonly signal: AbortSignal;
  readonly onRunning: (running: Running) => void;
  /** How long the report waits for the platform, in milliseconds; 10,000 unless given. */
  readonly reportMs?: number;
  /** The pause after the first attempt, in milliseconds; 2,000 unless given. Each further pause is twice as long. */
  readonly pauseMs?: number;
}

/** `again` where it is still being tried. */
export type Attempted = Started & { readonly again?: true };

const MAX_MS = 60_000;

/**
 * Starts a platform, again and again where it cannot be reached: it may be away for a while, and the others run.
 * @returns what there is to report of it so far; never rejects
 */
export async function startUntilThere(options: StartingOptions): Promise<Attempted> {
  const { name, start, log, signal, onRunning, reportMs = 10_000, pauseMs = 2000 } = options;
  let why = 'does not answer';

  async function attempt(wait: number): Promise<Attempted> {
    try {
      const running = await start();
      if (signal.aborted) await running.stop();
      else onRunning(running);
      log.info({ platform: name }, 'started');
      return { name, started: true, said: running.said };
    } catch (thrown) {
      log.error({ platform: name, err: thrown }, 'was not started');
      if (thrown instanceof SpotterError)
        return { name, started: false, why: thrown.message, steps: thrown.hint ? [thrown.hint] : [] };
      why = `cannot be reached: ${messageOf(thrown)}`;
    }
    await pause(wait, undefined, { signal });
    return attempt(Math.min(2 * wait, MAX_MS));
  }

  const soFar = (): Attempted => ({ name, started: false, why: `${why}; it is tried again`, again: true });
  const late = pause(reportMs, undefined, { ref: false }).then(soFar);
  // It rejects only when it is told to give up.
  return Promise.race([attempt(pauseMs).catch(soFar), late]);
}
