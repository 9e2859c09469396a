import { readFileSync } from 'node:fs';
import type { Log } from '../../adapters/slack/context.ts';
import { type Slack as Bot, createSlack, type SlackOptions } from '../../adapters/slack/slack.ts';
import type { ChatDeps } from '../../src/chat/context.ts';
import { parseAllowedHosts, SLACK_FILES } from '../../src/fetch/address.ts';
import { createDownloader } from '../../src/fetch/download.ts';
import { createHttp } from '../../src/service/http.ts';
import { chatting } from '../chat/world.ts';
import { example } from '../detector/photos.ts';
import type { Place, Posted, Reply, Served, Upload } from '../world/platform.ts';
import { type Slack, type SlackOptions as StandIn, startSlack } from '../world/slack/server.ts';

/** Two dogs, one above the other. */
export const dogs = (served?: Served): Upload => ({
  name: 'two-dogs.jpg',
  bytes: readFileSync(example('two-dogs.jpg')),
  type: 'image/jpeg',
  ...(served && { served }),
});

export interface Playing {
  readonly slack: Slack;
  readonly bot: Bot;
  readonly options: SlackOptions;
  readonly world: ReturnType<typeof chatting>;
  /** What was logged as a warning or worse. */
  readonly troubles: { readonly fields: object; readonly words: string }[];
  /** Milliseconds until each thing was acknowledged. */
  readonly acknowledged: number[];
  /** Where signed requests go. */
  readonly address: string;
  /** Another process with the same memory, in place of this one. */
  restart(): Promise<Bot>;
  close(): Promise<void>;
}

/**
 * The adapter on its real client, a real conversation with the detector that comes along, and a Slack to talk to.
 * @param linked hosts that may be linked to, "host:port"
 */
export async function play(
  deps: Partial<ChatDeps> = {},
  standIn: StandIn = {},
  linked: readonly string[] = [],
): Promise<Playing> {
  const slack = await startSlack(standIn);
  const world = chatting(deps);
  const troubles: Playing['troubles'] = [];
  const acknowledged: number[] = [];
  const note = (fields: object, words: string): void => void troubles.push({ fields, words });
  const log: Log = { info: () => {}, warn: note, error: note };
  const allowedHosts = parseAllowedHosts(slack.files.host);
  const { download } = createDownloader({
    ...{ platform: SLACK_FILES, links: true },
    allowedHosts: parseAllowedHosts([slack.files.host, ...linked]),
    patience: { idleMs: 1000 },
  });
  const http = createHttp({
    metrics: { contentType: 'text/plain', text: async () => '' },
    readiness: async () => ({ ready: true, checks: [] }),
  });
  const port = await http.listen(0);
  const address = `http://127.0.0.1:${port}/slack/events`;
  const bySocket = standIn.transport !== 'http';
  const options: SlackOptions = {
    ...{ botToken: slack.botToken, apiUrl: slack.apiUrl, allowedHosts, chat: world.chat, log },
    ...(bySocket ? { appToken: slack.appToken } : { signingSecret: slack.signingSecret, mount: http.mount }),
    download: (url, { signal, origin, headersFor }) =>
      download(url, { signal, headersFor, as: origin === 'link' ? 'user' : 'platform' }),
    onAcknowledged: (ms) => acknowledged.push(ms),
  };
  async function begin(): Promise<Bot> {
    const bot = await createSlack({ ...options, chat: world.chat });
    await bot.start();
    if (!bySocket) await slack.deliverTo(address);
    return bot;
  }
  let bot = await begin();
  return {
    ...{ slack, options, world, troubles, acknowledged, address },
    get bot() {
      return bot;
    },
    async restart() {
      await bot.stop();
      await world.die();
      bot = await begin();
      return bot;
    },
    async close() {
      await bot.stop();
      await http.close(100);
      await slack.close();
      await world.spotter.close();
    },
  };
}

/** The bot's answers in words, without what was said before them; a picture is a message of its own. */
export const answers = (slack: Slack, place?: Place): Reply[] =>
  slack
    .replies(place)
    .filter(({ removed, text }) => removed === undefined && text !== '' && !/^(Looking|Waiting)/.test(text));

export const answer = (slack: Slack, n = 1, place?: Place): Promise<Reply> =>
  slack.until(() => answers(slack, place)[n - 1]);

/** The pictures that the bot posted. */
export const pictures = (slack: Slack, place?: Place): Reply[] =>
  slack.replies(place).filter(({ files, removed }) => files.length > 0 && removed === undefined);

/** The answer in the thread on a message. */
export const answerTo = (slack: Slack, said: Posted, n = 1): Promise<Reply> =>
  answer(slack, n, slack.thread(said));
