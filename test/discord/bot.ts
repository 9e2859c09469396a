import { readFileSync } from 'node:fs';
import { afterAll } from 'vitest';
import { registerCommands } from '../../adapters/discord/commands.ts';
import type { Log } from '../../adapters/discord/context.ts';
import { type Discord as Bot, createDiscord, type DiscordOptions } from '../../adapters/discord/discord.ts';
import { createSpotter } from '../../src/ask.ts';
import type { ChatDeps } from '../../src/chat/context.ts';
import { readConfig } from '../../src/config.ts';
import { parseAllowedHosts } from '../../src/fetch/address.ts';
import { createDownloader } from '../../src/fetch/download.ts';
import { chatting } from '../chat/world.ts';
import { example } from '../detector/photos.ts';
import { type Discord, type DiscordOptions as StandIn, startDiscord } from '../world/discord/server.ts';
import type { Place, Reply, Served, Upload } from '../world/platform.ts';

/** One detector for all tests of a file. */
const spotter = createSpotter(readConfig({ flags: { cache: false } }));
afterAll(() => spotter.close());

/** Two dogs, one above the other. */
export const dogs = (served?: Served): Upload => ({
  name: 'two-dogs.jpg',
  bytes: readFileSync(example('two-dogs.jpg')),
  type: 'image/jpeg',
  ...(served && { served }),
});

export interface Playing {
  readonly discord: Discord;
  readonly bot: Bot;
  readonly world: ReturnType<typeof chatting>;
  /** What was logged as a warning or worse. */
  readonly troubles: { readonly fields: object; readonly words: string }[];
  /** Milliseconds until each question was acknowledged. */
  readonly acknowledged: number[];
  /** Another process with the same memory, in place of this one. */
  restart(): Promise<Bot>;
  close(): Promise<void>;
}

/** The adapter on its real client, a real conversation with the detector that comes along, and a Discord to talk to. */
export async function play(deps: Partial<ChatDeps> = {}, standIn: StandIn = {}): Promise<Playing> {
  const discord = await startDiscord(standIn);
  const { token, appId, apiUrl } = discord;
  await registerCommands({ token, appId, apiUrl });
  const world = chatting({ spotter, ...deps });
  const troubles: Playing['troubles'] = [];
  const acknowledged: number[] = [];
  const note = (fields: object, words: string): void => void troubles.push({ fields, words });
  const log: Log = { info: () => {}, warn: note, error: note };
  const downloader = createDownloader({
    links: true,
    allowedHosts: parseAllowedHosts(discord.cdn.host),
    patience: { idleMs: 1000 },
  });
  const options = (): DiscordOptions => ({
    ...{ token, appId, apiUrl, log },
    chat: world.chat,
    download: (url, { signal, origin }) =>
      downloader.download(url, { signal, as: origin === 'link' ? 'user' : 'platform' }),
    onAcknowledged: (ms) => acknowledged.push(ms),
  });
  let bot = await createDiscord(options());
  await bot.start();
  return {
    ...{ discord, world, troubles, acknowledged },
    get bot() {
      return bot;
    },
    async restart() {
      await bot.stop();
      await world.die();
      bot = await createDiscord(options());
      await bot.start();
      return bot;
    },
    async close() {
      await bot.stop();
      await discord.close();
    },
  };
}

/** The bot's next answer, with all that was said before left out: it has buttons, or is for one alone. */
export function answers(discord: Discord, place?: Place): Reply[] {
  return discord
    .replies(place)
    .filter(({ removed, text }) => removed === undefined && text !== '' && !/^(Looking|Waiting)/.test(text));
}

export const answer = (discord: Discord, n = 1, place?: Place): Promise<Reply> =>
  discord.until(() => answers(discord, place)[n - 1]);
