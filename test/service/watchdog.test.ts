import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

function start(ms: number, times: number) {
  const args = [pathOf('../../bin/run.js'), pathOf('watchdog-child.ts'), `${ms}`, `${times}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, said }));
  return { child, ended, said: () => said };
}

describe('a process that is watched', () => {
  it('is ended when it hangs, and it is said why', async () => {
    const { signal, said } = await start(60_000, 1).ended;
    expect(signal).toBe('SIGKILL');
    expect(said).toContain('"level":"fatal","msg":"the event loop hangs: the process is ended"');
  });

  it('is left alone while it is only busy', async () => {
    expect(await start(300, 10).ended).toEqual({ code: 0, signal: null, said: 'watched\nwell\n' });
  });

  it('is left alone when it was stopped for longer, as a machine that sleeps is', async () => {
    const { child, ended, said } = start(10, 5);
    await expect.poll(said, { timeout: 30_000 }).toContain('watched');
    child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    child.kill('SIGCONT');
    expect(await ended).toEqual({ code: 0, signal: null, said: 'watched\nwell\n' });
  });
});
