import { setTimeout as sleep } from 'node:timers/promises';
import { createLedger } from '../bot/ledger.ts';
import { type Bot, startBot, stateFolder } from '../bot/start.ts';
import { WAYS, type Way } from '../bot/ways.ts';
import { freePort } from '../store/redis-server.ts';
import type { Finding } from './finding.ts';
import { photo } from './target.ts';

/** Questions that are under way at each kill. */
const AT_ONCE = 3;
/** The oldest is so old when the bot is killed, in milliseconds. */
const OLDEST_MS = 300;

/**
 * kill -9 while questions are at every age from 0 to 300 ms, then a start; again and again. All are mentions in
 * channels of their own.
 */
export async function attackByKills(name: keyof typeof WAYS, kills: number): Promise<Finding[]> {
  const way: Way = WAYS[name];
  const { platform, connect } = await way.open();
  const ledger = createLedger(platform);
  const settings = {
    ...platform.settings,
    ...{ PORT: String(await freePort()), SPOTTER_STATE: stateFolder(), SPOTTER_LOG_LEVEL: 'warn' },
    ...{ SPOTTER_PER_USER: '100000', SPOTTER_PER_CHANNEL: '100000' },
  };
  const askers = Array.from({ length: AT_ONCE }, (_, i) => ({
    person: platform.person(`p${i}`),
    place: platform.addChannel(`c${i}`),
  }));
  let bot: Bot | undefined;
  const start = async (): Promise<void> => {
    bot = startBot(settings);
    await bot.until(way.started);
    await connect(settings.PORT);
  };
  try {
    await start();
    for (let kill = 0; kill < kills && ledger.count().lost === 0; kill++) {
      // Every question of every kill has an age of its own.
      const ages = askers.map((_, i) => ((kill * AT_ONCE + i) * OLDEST_MS) / (kills * AT_ONCE));
      const from = performance.now();
      const oldest = Math.max(...ages);
      for (const [i, { person, place }] of askers.entries()) {
        await sleep(Math.max(0, oldest - ages[askers.length - 1 - i]! - (performance.now() - from)));
        ledger.asked(place.channel);
        void person
          .mention({ text: 'the upper dog', images: [photo('two-dogs.jpg')], place })
          .then((asked) => asked.acknowledged())
          .catch(() => {});
      }
      await sleep(ages[0]!);
      await bot!.end('SIGKILL');
      await start();
      await ledger.answered();
    }
    // What is doubled may come late.
    await sleep(2000);
    const { lost, doubled } = ledger.count();
    return [
      { what: `kill -9, ${name}, ${kills * AT_ONCE} questions`, measured: lost, allowed: 0, unit: 'lost' },
      {
        what: `kill -9, ${name}, ${kills * AT_ONCE} questions`,
        measured: doubled,
        allowed: 0,
        unit: 'doubled',
      },
    ];
  } finally {
    await bot?.end('SIGKILL');
    await platform.close();
  }
}
