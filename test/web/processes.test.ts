import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { removeFolders, startBot, stateFolder } from '../bot/start.ts';
import { DOGS, formOf } from './world.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
afterAll(removeFolders);

async function outcomeAt(url: string): Promise<unknown> {
  const body = await formOf(await readFile(DOGS), { expression: 'the upper dog' });
  const response = await fetch(`${url}/api/v1/find`, { method: 'POST', body });
  return ((await response.json()) as { outcome?: string }).outcome;
}

describe('spotter serve', () => {
  const env = { ...process.env, SPOTTER_CONFIG: undefined, SPOTTER_WEB_TOKENS: undefined };

  it('answers until it is told to stop, and leaves no process behind', async () => {
    const child = spawn(process.execPath, ['bin/spotter.js', 'serve', '--port', '0'], { cwd: ROOT, env });
    let said = '';
    child.stderr.setEncoding('utf8');
    for await (const text of child.stderr) {
      said += text;
      if (said.includes('Ctrl-C')) break;
    }
    const [url = ''] = /http:\/\/[\d.:]+(?=\/)/.exec(said) ?? [];
    expect(await outcomeAt(url)).toBe('found');
    expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
    await expect(fetch(url)).rejects.toThrow();
  });

  it.each([
    [['--host', '0.0.0.0'], 'no token is asked of them'],
    [['--host', 'example.org'], 'A setting cannot be used'],
    [['--port', '70000'], 'A setting cannot be used'],
  ])('refuses %j, and says why', async (args, words) => {
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        ['bin/spotter.js', 'serve', ...args],
        { cwd: ROOT, env, timeout: 20_000 },
        (error, _, stderr) => resolve({ code: error?.code, stderr }),
      );
    });
    expect(code).toBe(78);
    expect(stderr).toContain(words);
  });
});

describe('npm start with SPOTTER_WEB_PORT', () => {
  it('serves the page and the API beside the bots, and ends in good order', async () => {
    const bot = startBot({ SPOTTER_WEB_PORT: '0', SPOTTER_STATE: stateFolder() });
    await bot.until(/Web +started: http/);
    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(bot.said().report) ?? [];
    expect(await outcomeAt(url)).toBe('found');
    expect(await bot.end()).toBe(0);
    expect(bot.said().log).toContain('"platform":"web"');
  });
});
