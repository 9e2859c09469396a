import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, expect, it } from 'vitest';
import { createLedger } from '../bot/ledger.ts';
import { removeFolders, startBot, stateFolder } from '../bot/start.ts';
import { WAYS } from '../bot/ways.ts';
import { startSpotter } from '../cli/spotter.ts';
import { example } from '../detector/photos.ts';
import { HAS_REDIS, startRedis } from '../store/redis-server.ts';

afterAll(removeFolders);

/** What the programs are called that a process has started, and these again. */
function programsOf(pid: number): string[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = all.filter((child) => statusOf(child).includes(`\nPPid:\t${pid}\n`));
  return children.flatMap((child) => [
    contentOf(`/proc/${child}/cmdline`).split('\0')[0]!,
    ...programsOf(Number(child)),
  ]);
}
const statusOf = (pid: string): string => contentOf(`/proc/${pid}/status`);
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

it.skipIf(!HAS_REDIS || process.platform !== 'linux')(
  'a bot with workers answers, and starts no detector',
  async () => {
    const redis = await startRedis();
    const { platform } = await WAYS.discord.open();
    const queue = { REDIS_URL: redis.url, SPOTTER_QUEUE: 'redis', SPOTTER_STATE: stateFolder() };
    const worker = startSpotter(['worker'], { cwd: tmpdir(), env: { REDIS_URL: redis.url } });
    const bot = startBot({ ...platform.settings, ...queue });
    try {
      await Promise.all([once(worker.child.stderr!, 'data'), bot.until(WAYS.discord.started)]);
      const ledger = createLedger(platform);
      const place = platform.addChannel('c');
      ledger.asked(place.channel);
      const bytes = readFileSync(example('two-dogs.jpg'));
      await WAYS.discord.ask(platform.person('p'), {
        text: 'the upper dog',
        images: [{ name: 'dogs.jpg', bytes, type: 'image/jpeg' }],
        place,
      });
      await ledger.settled();
      expect(platform.replies().some(({ text }) => text.includes('Found the upper dog'))).toBe(true);
      const programs = programsOf(bot.child.pid!);
      expect(programs).toContain('spotter-decoder');
      expect(programs).not.toContain('spotter-detector');
      const questionOf = (message: string) =>
        bot
          .said()
          .log.split('\n')
          .filter((line) => line.includes(`"${message}"`))
          .map((line) => (JSON.parse(line) as { question: string }).question)[0]!;
      const question = questionOf('a worker was asked');
      await expect.poll(() => questionOf('answered')).toBe(question);
      worker.child.kill('SIGTERM');
      const { stdout } = await worker.ended;
      expect(stdout).toContain(question);
    } finally {
      worker.child.kill('SIGKILL');
      await bot.end();
      await platform.close();
      await redis.close();
    }
  },
);
