import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../project/sources.ts';
import { startDiscord } from '../world/discord/server.ts';
import { removeFolders, stateFolder } from './start.ts';

afterAll(removeFolders);

/** What a shell or a test harness starts and ends is npm, and not the bot. */
describe('npm start', () => {
  it.each([
    ['told to end, passes it on and waits', 'SIGTERM', [0, null]],
    ['killed outright, leaves nothing behind', 'SIGKILL', [null, 'SIGKILL']],
  ] as const)('%s', async (_, signal, ending) => {
    const discord = await startDiscord();
    const env = { ...process.env, ...discord.settings, SPOTTER_STATE: stateFolder() };
    const npm = spawn('npm', ['start'], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    try {
      let [report, log] = ['', ''];
      npm.stderr.setEncoding('utf8').on('data', (text) => (report += text));
      npm.stdout.setEncoding('utf8').on('data', (text) => (log += text));
      const closed = once(npm, 'close');
      await expect.poll(() => report, { timeout: 30_000 }).toMatch(/Discord +started/);
      npm.kill(signal);
      expect(await once(npm, 'exit')).toEqual(ending);
      // What it started holds its output open until it ends, too.
      await closed;
      expect(log).toContain('"msg":"shut down"');
      expect(log).toContain('"well":true');
    } finally {
      if (alive(npm.pid!)) process.kill(-npm.pid!, 'SIGKILL');
      await discord.close();
    }
  });
});

/** Whether any process of the group is there. */
function alive(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
