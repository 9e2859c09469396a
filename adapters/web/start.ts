import { createSpotter, type Spotter } from '../../src/ask.ts';
import type { ChatEvent } from '../../src/chat/context.ts';
import type { Config } from '../../src/config.ts';
import { readFollowUp } from '../../src/expression/reader.ts';
import { createDownloader } from '../../src/fetch/download.ts';
import { createModels, type Models } from '../../src/models/models.ts';
import type { DetectionOptions } from '../../src/queue/detection.ts';
import {
  type AdmissionOptions,
  createAdmissionQueue,
  createLimits,
  type RedisEval,
} from '../../src/service/admission.ts';
import { createBoardPages } from './server/board.ts';
import { createMemory, type Memory } from './server/memory.ts';
import { createQuestions, type Questions } from './server/questions.ts';
import { createWeb, type Web } from './server/web.ts';
import { type AloneSettings, checkReach, tokensOf, type WebSettings } from './settings.ts';

export interface WebParts {
  readonly config: Config;
  readonly settings: WebSettings;
  /** Whether links that people write are followed. */
  readonly links: boolean;
  /** The one that answers with the default detector; its maker closes it. */
  readonly spotter: Spotter;
  /** Gives turns, fair among askers. @throws SpotterError busy */
  readonly admission: <T>(work: () => Promise<T>, turn: AdmissionOptions) => Promise<T>;
  readonly observe: (event: ChatEvent) => void;
  /** Told what failed without a reason that could be foreseen. */
  readonly onTrouble: (thrown: unknown) => void;
  /** Where several processes count together. */
  readonly redis?: RedisEval | undefined;
}

/** What answers where no bot runs in the same process; the caller closes the spotter. @throws SpotterError as `createSpotter` */
export const createAloneParts = (
  config: Config,
  settings: AloneSettings,
  options: DetectionOptions = {},
): Pick<WebParts, 'config' | 'settings' | 'links' | 'spotter' | 'admission'> => ({
  ...{ config, settings, links: settings.links, spotter: createSpotter(config, options) },
  admission: createAdmissionQueue({ atOnce: settings.atOnce, waiting: settings.webWaiting }).run,
});

const MINUTE = 60;

/** What answers, whichever door a question comes through. */
export interface Answering {
  readonly questions: Questions;
  readonly memory: Memory;
  readonly models: Models;
  /** Closes the detectors that were asked for besides the usual one. */
  close(): Promise<void>;
}

export function createAnswering(parts: Omit<WebParts, 'onTrouble'>): Answering {
  const { config, settings, links, spotter, redis } = parts;
  /** Those of other detectors than the usual one, made when they are asked for. */
  const others = new Map<string, Spotter>();
  const models = createModels(config);
  /** The same for all references to the same weights. */
  const nameOf = (reference: string): string => {
    const { id, variant } = models.pinned(reference);
    return `${id}@${variant}`;
  };
  const spotterFor = (detector: string): Spotter => {
    if (detector === config.specialist) return spotter;
    const name = nameOf(detector);
    if (name === nameOf(config.specialist)) return spotter;
    const other = others.get(name) ?? createSpotter({ ...config, specialist: name });
    others.set(name, other);
    return other;
  };
  const quota = { times: settings.webPerMinute, seconds: MINUTE };
  const memory = createMemory(settings.webTokens.length);
  const questions = createQuestions({
    ...{ memory, spotterFor, detector: config.specialist, followUp: readFollowUp },
    admit: createLimits({
      // All of one asker's questions are in one place.
      ...{ perAsker: quota, perChannel: { times: Number.MAX_SAFE_INTEGER, seconds: MINUTE } },
      ...(redis && { redis }),
    }),
    admission: parts.admission,
    downloader: createDownloader({ links }),
    observe: parts.observe,
  });
  return {
    ...{ questions, memory, models },
    close: async () => void (await Promise.all([...others.values()].map((other) => other.close()))),
  };
}

/** The page, the API and the tools for agents, ready to listen. @throws SpotterError bad-config */
export function createWebServer(parts: WebParts): Web {
  const { config, settings } = parts;
  checkReach(settings);
  const { questions, memory, models, close } = createAnswering(parts);
  const board = createBoardPages(config);
  const web = createWeb({
    ...(board && { board }),
    ...{ config, questions, memory, models },
    ...{ host: settings.webHost, names: settings.webNames, tokens: tokensOf(settings) },
    onTrouble: parts.onTrouble,
  });
  return {
    listen: (port) => web.listen(port),
    async close(ms) {
      await web.close(ms);
      await Promise.all([close(), board?.close()]);
    },
  };
}
