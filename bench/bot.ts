import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLedger } from '../test/bot/ledger.ts';
import { inFlightAt, memoryOf, type Resident } from '../test/bot/processes.ts';
import { removeFolders, startBot, stateFolder } from '../test/bot/start.ts';
import { WAYS, type Way } from '../test/bot/ways.ts';
import { freePort } from '../test/store/redis-server.ts';
import type { Asked, Upload } from '../test/world/platform.ts';
import { EXPRESSIONS } from './expressions.ts';
import { type Row, row } from './row.ts';

const QUESTIONS = 1000;
/** Questions on each of their pictures: those that follow on the first one spare the bench minutes. */
const PER_PICTURE = 4;
const PICTURES = QUESTIONS / PER_PICTURE;
const AT_ONCE = 10;
const ROUNDS = 12;
const BURST = 20;
/** As many as the bot answers at a time, unless told otherwise. */
const DETECTIONS = 2;
const ALLOWED_MS = 500;

const SETTINGS = {
  ...{ SPOTTER_LOG_LEVEL: 'warn', SPOTTER_WAITING: '1000' },
  ...{ SPOTTER_PER_USER: '100000', SPOTTER_PER_CHANNEL: '100000' },
  // As in the image.
  MALLOC_MMAP_THRESHOLD_: '65536',
};

/**
 * The bot as `npm start` runs it, in a process of its own, against a stand-in for the platform in this one. 1,000
 * questions on 250 pictures, each answered once; resident memory of the bot and its workers over the last
 * 100 beside the third 100; then how soon 20 questions at once are acknowledged, as their sender sees it, while two
 * others are being answered, all on pictures of their own, beside what is allowed.
 */
export const benchOf = (name: keyof typeof WAYS) => async (): Promise<Row[]> => {
  const way: Way = WAYS[name];
  const { platform, connect } = await way.open();
  const PORT = String(await freePort());
  const picture = await pictures(PICTURES + ROUNDS * (DETECTIONS + BURST));
  const askers = Array.from({ length: BURST }, (_, i) => ({
    person: platform.person(`p${i}`),
    place: platform.addChannel(`c${i}`),
  }));
  const ledger = createLedger(platform);
  const bot = startBot({ ...platform.settings, ...SETTINGS, PORT, SPOTTER_STATE: stateFolder() });

  let next = 0;
  const ask = (count: number): Promise<Asked[]> =>
    Promise.all(
      askers.slice(0, count).map(({ person, place }) => {
        ledger.asked(place.channel);
        const text = EXPRESSIONS[next % EXPRESSIONS.length]!;
        return way.ask(person, { text, images: [picture(pictureOf(next++))], place });
      }),
    );

  async function play(): Promise<Resident[]> {
    const resident: Resident[] = [];
    for (let asked = 0; asked < QUESTIONS; asked += AT_ONCE) {
      await ask(AT_ONCE);
      await ledger.settled();
      resident.push(memoryOf(bot.child.pid!));
    }
    return resident;
  }

  /** @returns milliseconds until each of a burst was acknowledged, and the longest that this process was busy itself */
  async function burst(): Promise<{ acknowledged: number[]; busy: number }> {
    await ask(DETECTIONS);
    while ((await inFlightAt(PORT)) < DETECTIONS) await sleep(1);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const asked = await ask(BURST);
    const acknowledged = await Promise.all(asked.map((each) => each.acknowledged()));
    delay.disable();
    const during = await inFlightAt(PORT);
    if (during < DETECTIONS) throw new Error(`Only ${during} questions were being answered meanwhile.`);
    await ledger.settled();
    return { acknowledged, busy: delay.max / 1e6 };
  }

  try {
    await bot.until(way.started);
    await connect(PORT);
    const resident = await play();
    const rounds: Awaited<ReturnType<typeof burst>>[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await burst());
    // What is doubled may come late.
    await sleep(2000);
    await ledger.settled();
    if (platform.complaints.length > 0) throw new Error(JSON.stringify(platform.complaints.slice(0, 3)));
    const acknowledged = rounds.flatMap((round) => round.acknowledged).toSorted((a, b) => a - b);
    const at = (share: number): number => acknowledged[Math.ceil(share * acknowledged.length) - 1]!;
    return [
      { ...row('answered once', next, 'asked', next), unit: 'questions' },
      ...flatness(resident),
      row('acknowledged, p50', at(0.5), 'allowed', ALLOWED_MS),
      row('acknowledged, p99', at(0.99), 'allowed', ALLOWED_MS),
      row('acknowledged, slowest', at(1), 'allowed', ALLOWED_MS),
      row(
        'the sender busy itself, longest',
        Math.max(...rounds.map(({ busy }) => busy)),
        'allowed',
        ALLOWED_MS,
      ),
    ];
  } finally {
    await bot.end();
    await platform.close();
    removeFolders();
  }
};

/** Several of the questions that are played share one; of the others, each has its own. */
const pictureOf = (question: number): number =>
  question < QUESTIONS ? Math.floor(question / PER_PICTURE) : PICTURES + question - QUESTIONS;

/** The last tenth beside the third, of all processes together and of each kind. */
function flatness(resident: readonly Resident[]): Row[] {
  const tenth = resident.length / 10;
  const late = (whose: string, mb: (one: Resident) => number): Row => ({
    ...row(
      `${whose}: the last 100`,
      mean(resident.slice(-tenth).map(mb)),
      'the third 100',
      mean(resident.slice(2 * tenth, 3 * tenth).map(mb)),
    ),
    unit: 'MB',
  });
  return [
    late('all processes', ({ all }) => all),
    late('the bot', ({ bot }) => bot),
    late('detector and decoders', ({ workers }) => workers),
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Pictures of which no two are alike, by their number; made by a program of its own. */
async function pictures(count: number): Promise<(i: number) => Upload> {
  const folder = stateFolder();
  const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const args = [file('../bin/run.js'), file('./distinct-pictures.ts'), folder, String(count)];
  await promisify(execFile)(process.execPath, args);
  return (i) => ({ name: `${i}.jpg`, bytes: readFileSync(join(folder, `${i}.jpg`)), type: 'image/jpeg' });
}
