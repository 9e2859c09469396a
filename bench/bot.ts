import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { registerCommands } from '../adapters/discord/register.ts';
import { removeFolders, startBot, stateFolder } from '../test/bot/start.ts';
import { example } from '../test/specialist/photos.ts';
import { startDiscord } from '../test/world/discord/server.ts';
import { type Row, row } from './row.ts';

const QUESTIONS = 1000;
const AT_ONCE = 10;
const BURST = 20;

/**
 * The bot in a process of its own, against a stand-in for Discord: 1,000 questions, each answered once; its resident
 * memory over the last 100 beside the third 100; and how soon 20 questions at once are acknowledged beside the 500 ms
 * that are allowed.
 */
export async function bench(): Promise<Row[]> {
  const discord = await startDiscord();
  const { token, appId, apiUrl } = discord;
  await registerCommands({ token, appId, apiUrl });
  const bot = startBot({
    ...discord.settings,
    ...{ SPOTTER_STATE: stateFolder(), SPOTTER_LOG_LEVEL: 'warn', SPOTTER_WAITING: '1000' },
    ...{ SPOTTER_PER_USER: '100000', SPOTTER_PER_CHANNEL: '100000', MALLOC_MMAP_THRESHOLD_: '65536' },
  });
  try {
    await bot.until(/Discord +started/);
    const image = { name: 'two-dogs.jpg', bytes: readFileSync(example('two-dogs.jpg')), type: 'image/jpeg' };
    const people = Array.from({ length: AT_ONCE }, (_, i) => discord.person(`p${i}`));
    const answered = () =>
      discord.replies().filter(({ text }) => text.includes('Found "the upper dog"')).length;
    const resident: number[] = [];
    for (let asked = 0; asked < QUESTIONS; asked += AT_ONCE) {
      await Promise.all(people.map((one) => one.command({ text: 'the upper dog', images: [image] })));
      await discord.until(() => answered() >= asked + AT_ONCE, 60_000);
      resident.push(residentOf(bot.child.pid!));
    }
    await sleep(1000);
    if (answered() !== QUESTIONS) throw new Error(`${QUESTIONS} questions, ${answered()} answers`);
    const burst = await Promise.all(
      Array.from({ length: BURST }, (_, i) =>
        people[i % AT_ONCE]!.command({ text: 'the lower dog', images: [image] }),
      ),
    );
    const acknowledged = await Promise.all(burst.map((asked) => asked.acknowledged()));
    const mean = (mb: readonly number[]) => mb.reduce((sum, v) => sum + v, 0) / mb.length;
    const tenth = QUESTIONS / AT_ONCE / 10;
    return [
      {
        ...row(
          'the last 100',
          mean(resident.slice(-tenth)),
          'the third 100',
          mean(resident.slice(2 * tenth, 3 * tenth)),
        ),
        unit: 'MB',
      },
      row('slowest of 20 acknowledged', Math.max(...acknowledged), 'allowed', 500),
    ];
  } finally {
    await bot.end();
    await discord.close();
    removeFolders();
  }
}

/** Resident memory of a process, in MB; on Linux. */
const residentOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
