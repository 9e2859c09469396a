import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Running } from '../../adapters/bot/platforms.ts';
import { startUntilThere } from '../../adapters/bot/platforms.ts';
import { SpotterError } from '../../src/errors.ts';
import { type Discord, startDiscord } from '../world/discord/server.ts';
import { type Bot, removeFolders, startBot, stateFolder } from './start.ts';

const log = { info: () => {}, error: () => {} };

function attempts(...fail: unknown[]) {
  const running: Running[] = [];
  let [begun, stopped] = [0, 0];
  const start = async (): Promise<Running> => {
    const thrown = fail[begun++];
    if (thrown !== undefined) throw thrown;
    return { ready: () => true, stop: async () => void stopped++, said: 'hello' };
  };
  const controller = new AbortController();
  const options = {
    ...{ name: 'Chat', start, log, signal: controller.signal, pauseMs: 20, reportMs: 5000 },
    onRunning: (one: Running) => void running.push(one),
  };
  return { options, running, controller, begun: () => begun, stopped: () => stopped };
}

describe('a platform that is started', () => {
  it('is reported with what it says', async () => {
    const { options, running } = attempts();
    expect(await startUntilThere(options)).toEqual({ name: 'Chat', started: true, said: 'hello' });
    expect(running).toHaveLength(1);
  });

  it('is tried again where it cannot be reached', async () => {
    const { options, running, begun } = attempts(new Error('no route'), new Error('no route'));
    expect(await startUntilThere(options)).toMatchObject({ started: true });
    expect(begun()).toBe(3);
    expect(running).toHaveLength(1);
  });

  it('is not tried again where our settings are wrong', async () => {
    const wrong = new SpotterError('bad-config', 'The token is wrong.', 'Copy it anew.');
    const { options, begun } = attempts(wrong);
    const report = { name: 'Chat', started: false, why: 'The token is wrong.', steps: ['Copy it anew.'] };
    expect(await startUntilThere(options)).toEqual(report);
    expect(begun()).toBe(1);
  });

  it('is not waited for any longer than that, and comes later', async () => {
    const { options, running } = attempts(new Error('no route'));
    expect(await startUntilThere({ ...options, reportMs: 1, pauseMs: 200 })).toEqual({
      ...{ name: 'Chat', started: false, again: true },
      why: 'cannot be reached: no route; it is tried again',
    });
    expect(running).toHaveLength(0);
    await expect.poll(() => running.length).toBe(1);
  });

  it('is given up, or stopped, when everything ends', async () => {
    const waiting = attempts(new Error('no route'));
    const report = startUntilThere({ ...waiting.options, pauseMs: 60_000 });
    await expect.poll(waiting.begun).toBe(1);
    waiting.controller.abort();
    expect(await report).toMatchObject({ started: false });
    expect(waiting.begun()).toBe(1);

    const late = attempts();
    late.controller.abort();
    await startUntilThere(late.options);
    expect(late.stopped()).toBe(1);
    expect(late.running).toEqual([]);
  });
});

describe('npm start', () => {
  let [bot, world, door]: [Bot?, Discord?, Server?] = [];
  afterEach(async () => {
    await bot?.end('SIGKILL');
    door?.close();
    await world?.close();
  });
  afterAll(removeFolders);

  it('waits for a platform that is away, says so, and is ready when it comes', async () => {
    world = await startDiscord();
    const { hostname, port } = new URL(world.apiUrl);
    door = createServer((socket) => socket.pipe(connect(Number(port), hostname)).pipe(socket));
    await once(door.listen(0, '127.0.0.1'), 'listening');
    const { port: address } = door.address() as AddressInfo;
    const away = `http://127.0.0.1:${address}/api`;
    await once(door.close(), 'close');
    bot = startBot({
      ...world.settings,
      DISCORD_API_URL: away,
      SPOTTER_STATE: stateFolder(),
      PORT: '0',
    });
    await bot.until(/Discord +not started: cannot be reached: .+; it is tried again/);
    const ready = new URL('/readyz', /Port +started: (\S+):/.exec(bot.said().report)![1]);
    expect((await fetch(ready)).status).toBe(503);
    await once(door.listen(address, '127.0.0.1'), 'listening');
    await expect.poll(async () => (await fetch(ready)).status, { timeout: 20_000 }).toBe(200);
    expect(await bot.end()).toBe(0);
  });
});
