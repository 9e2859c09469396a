import { join } from 'node:path';
import { createSpotter, type Spotter } from '../../src/ask.ts';
import { createChat } from '../../src/chat/chat.ts';
import type { ChatEvent } from '../../src/chat/context.ts';
import type { Chat } from '../../src/chat/contract.ts';
import type { Config } from '../../src/config.ts';
import { readFollowUp } from '../../src/expression/reader.ts';
import { DISCORD_FILES, parseAllowedHosts, SLACK_FILES } from '../../src/fetch/address.ts';
import { createDownloader, type Downloader } from '../../src/fetch/download.ts';
import { type AdmissionQueue, createAdmissionQueue, createLimits } from '../../src/service/admission.ts';
import type { Log } from '../../src/service/log.ts';
import { createMetrics, createObserver, type Metrics } from '../../src/service/metrics.ts';
import { createQueueMetrics } from '../../src/service/queue-metrics.ts';
import { createFeedback } from '../../src/store/feedback.ts';
import { openStore } from '../../src/store/open.ts';
import { createPending } from '../../src/store/pending.ts';
import type { OpenStore } from '../../src/store/store.ts';
import type { BotSettings } from './settings.ts';

const HOUR = 3_600_000;
const MINUTE = 60;

/** Everything that answers questions, whatever platform they come from. */
export interface Services {
  readonly spotter: Spotter;
  readonly store: OpenStore;
  readonly chat: Chat;
  readonly metrics: Metrics;
  /** Gives turns, fair among askers. */
  readonly admission: AdmissionQueue['run'];
  readonly observe: (event: ChatEvent) => void;
  /** Fetches pictures of a platform, and of links where that is wanted. */
  readonly downloaders: { readonly discord: Downloader; readonly slack: Downloader };
  close(): Promise<void>;
}

/** @throws SpotterError bad-config, memory-down, model-missing */
export async function createServices(config: Config, settings: BotSettings, log: Log): Promise<Services> {
  const { atOnce, waiting, links, perUser, perChannel, rememberHours } = settings;
  // Only where a stand-in takes the platform's place.
  const hostsFor = (apiUrl: string | undefined) => parseAllowedHosts(apiUrl ? settings.allowedHosts : []);
  const spotter = createSpotter(
    { ...config, redisUrl: settings.redisUrl ?? config.redisUrl },
    {
      onJob(event) {
        queueMetrics.job(event);
        const { error, result, ms, ...about } = event;
        const fields = { ...about, ...rounded({ ms, ...result }), ...(error && { code: error.code }) };
        if (error && error.code !== 'cancelled') log.warn(fields, 'no worker has answered');
        else log.info(fields, 'a worker was asked');
      },
      onTrouble: (said) => log.warn({ said }, 'trouble with the queue'),
    },
  );
  const store = await openStore({
    path: join(config.state, 'memory.db'),
    redisUrl: settings.redisUrl,
    onUnreadable: (shelf) => log.error({ shelf }, 'a damaged value is set aside'),
  });
  const admission = createAdmissionQueue({ atOnce, waiting, onTurn: (ms) => metrics.waited(ms / 1000) });
  const metrics = createMetrics({ platforms: ['discord', 'slack', 'web'], admission });
  const queueMetrics = createQueueMetrics(metrics.register);
  const pending = createPending(store);
  const feedback = createFeedback(store, {
    folder: join(config.state, 'pictures'),
    pictures: settings.feedbackPictures,
  });
  const observe = createObserver({ log, metrics });
  const chat = createChat({
    ...{ spotter, store, pending, feedback, followUp: readFollowUp },
    rememberMs: rememberHours * HOUR,
    admit: createLimits({
      ...(store.eval && { redis: { eval: store.eval } }),
      perAsker: { times: perUser, seconds: MINUTE },
      perChannel: { times: perChannel, seconds: MINUTE },
      allowed: {
        users: settings.allowedUsers,
        roles: settings.allowedRoles,
        channels: settings.allowedChannels,
      },
    }),
    admission: admission.run,
    observe,
  });
  return {
    ...{ spotter, store, chat, metrics, observe, admission: admission.run },
    downloaders: {
      discord: createDownloader({
        ...{ links, platform: DISCORD_FILES, allowedHosts: hostsFor(settings.discordApiUrl) },
      }),
      slack: createDownloader({
        ...{ links, platform: SLACK_FILES, allowedHosts: hostsFor(settings.slackApiUrl) },
      }),
    },
    async close() {
      await pending.close();
      await Promise.all([spotter.close(), store.close()]);
    },
  };
}

const rounded = <T extends object>(fields: T): T =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'number' ? Math.round(value) : value,
    ]),
  ) as T;
