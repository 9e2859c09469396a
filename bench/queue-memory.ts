import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createLedger } from '../test/bot/ledger.ts';
import { removeFolders, startBot, stateFolder } from '../test/bot/start.ts';
import { WAYS } from '../test/bot/ways.ts';
import { startSpotter } from '../test/cli/spotter.ts';
import { startRedis } from '../test/store/redis-server.ts';
import { EXPRESSIONS } from './expressions.ts';
import { makePictures } from './queue-setup.ts';
import { median, type Row, row } from './row.ts';

const QUESTIONS = 40;
const AT_ONCE = 2;
const SETTLED = 6;

const SETTINGS = {
  ...{ SPOTTER_LOG_LEVEL: 'warn', SPOTTER_PER_USER: '100000', SPOTTER_PER_CHANNEL: '100000' },
  // As in the image.
  MALLOC_MMAP_THRESHOLD_: '65536',
};

/**
 * Memory that the bot holds with all that it starts, each page that processes share counted once (PSS; on Linux), as `npm start` runs it against a stand-in for Discord, after some
 * questions on pictures of which no two are alike: with a worker, beside its own detector.
 */
export async function bench(): Promise<Row[]> {
  const pictures = await makePictures(QUESTIONS);
  const redis = await startRedis();
  const worker = startSpotter(['worker'], { cwd: tmpdir(), env: { REDIS_URL: redis.url } });
  try {
    await once(worker.child.stderr!, 'data');
    const queue = { REDIS_URL: redis.url, SPOTTER_QUEUE: 'redis', SPOTTER_AT_ONCE: `${AT_ONCE}` };
    const [own, remote] = [await play(pictures, {}), await play(pictures, queue)];
    return [
      { ...row('the bot with workers', remote.all, 'with a detector of its own', own.all), unit: 'MB' },
      { ...row('its main process', remote.bot, 'with a detector of its own', own.bot), unit: 'MB' },
    ];
  } finally {
    worker.child.kill('SIGTERM');
    await worker.ended;
    await redis.close();
    await pictures.remove();
    removeFolders();
  }
}

type Pictures = Awaited<ReturnType<typeof makePictures>>;

async function play(pictures: Pictures, settings: NodeJS.ProcessEnv) {
  const way = WAYS.discord;
  const { platform } = await way.open();
  const ledger = createLedger(platform);
  const bot = startBot({ ...platform.settings, ...SETTINGS, SPOTTER_STATE: stateFolder(), ...settings });
  try {
    await bot.until(way.started);
    const askers = Array.from({ length: AT_ONCE }, (_, i) => ({
      person: platform.person(`p${i}`),
      place: platform.addChannel(`c${i}`),
    }));
    const seen: Held[] = [];
    for (let next = 0; next < QUESTIONS; next += AT_ONCE) {
      await Promise.all(
        askers.map(async ({ person, place }, i) => {
          const bytes = await pictures.bytes(next + i);
          ledger.asked(place.channel);
          const text = EXPRESSIONS[(next + i) % EXPRESSIONS.length]!;
          const image = { name: `${next + i}.jpg`, bytes, type: 'image/jpeg' };
          return way.ask(person, { text, images: [image], place });
        }),
      );
      await ledger.answered();
      seen.push(heldBy(bot.child.pid!));
    }
    const last = seen.slice(-SETTLED);
    return { all: median(last.map(({ all }) => all)), bot: median(last.map((one) => one.bot)) };
  } finally {
    await bot.end();
    await platform.close();
  }
}

interface Held {
  readonly bot: number;
  readonly all: number;
}

/** In MB. */
function heldBy(pid: number): Held {
  const bot = pssOf(pid);
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = parents.filter((child) =>
    contentOf(`/proc/${child}/status`).includes(`\nPPid:\t${pid}\n`),
  );
  return { bot, all: children.reduce((sum, child) => sum + heldBy(Number(child)).all, bot) };
}

const pssOf = (pid: number): number =>
  (Number(/^Pss:\s+(\d+)/m.exec(contentOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024) / 1e6;

/** A process may end while it is looked at. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
