import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createHttp, createReadiness } from '../../src/service/http.ts';
import { raw, serve } from './http-server.ts';

describe('connections', () => {
  it.each([
    ['say nothing', []],
    ['begin a request', ['GET /healthz HTTP/1.1\r\nhost: x\r\n']],
    ['send a body slowly', ['POST /slow HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nx']],
  ])('that only %s keep nobody out, however many they are', async (_, said) => {
    // None is closed for its own slowness while others make room, however slow the machine is.
    const { http, port, ask } = await serve({ headersMs: 60_000, requestMs: 60_000 });
    http.mount('/slow', (_, response) => void response.end());
    const hold = () => {
      const socket = connect(port, '127.0.0.1')
        .on('error', () => {})
        .resume();
      for (const text of said) socket.write(text);
      return socket;
    };
    const holding: ReturnType<typeof hold>[] = [];
    for (let batch = 0; batch < 12; batch++) {
      // No more at once than the system lets wait to be accepted: it would drop others, and tell their side nothing.
      const some = Array.from({ length: 100 }, hold);
      holding.push(...some);
      await Promise.all(some.map((socket) => once(socket, 'connect').catch(() => {})));
      expect((await ask('/healthz')).status).toBe(200);
    }
    const open = () => holding.filter(({ destroyed }) => !destroyed).length;
    for (let i = 0; i < 5; i++) expect((await ask('/healthz')).status).toBe(200);
    await expect.poll(open, { timeout: 20_000 }).toBeLessThanOrEqual(500);
    expect(open()).toBeGreaterThan(100);
    for (const socket of holding) socket.destroy();
  });

  it('that send their headers too slowly are ended', async () => {
    const { port } = await serve({ headersMs: 100, requestMs: 200 });
    expect(await raw(port, 'GET /healthz HTTP/1.1\r\n', 'x: y\r\n')).toMatch(/^HTTP\/1.1 408 /);
  });

  it('that send a body too slowly are ended', async () => {
    const { http, port } = await serve({ headersMs: 100, requestMs: 200 });
    let begun = 0;
    http.mount('/in', () => {
      begun += 1;
    });
    const head = 'POST /in HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n';
    expect(await raw(port, head, '1', '2')).not.toContain('200');
    expect(begun).toBe(0);
  });

  it('with too many headers are refused', async () => {
    const { port } = await serve();
    const headers = `x: ${'y'.repeat(20_000)}\r\n\r\n`;
    expect(await raw(port, `GET /healthz HTTP/1.1\r\n${headers}`)).toMatch(/^HTTP\/1.1 431 /);
  });

  it('that are no HTTP are refused', async () => {
    const { port, ask } = await serve();
    expect(await raw(port, '\x16\x03\x01nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect((await ask('/healthz')).status).toBe(200);
  });
});

describe('the port', () => {
  it('that is taken is said so', async () => {
    const { port } = await serve();
    const second = createHttp({
      metrics: { contentType: '', text: async () => '' },
      readiness: createReadiness({ checks: {} }),
    });
    await expect(second.listen(port)).rejects.toMatchObject({
      code: 'bad-config',
      message: `Port ${port} is used by another program.`,
      hint: 'Set PORT to another one.',
    });
    await second.close(0);
  });

  it('is not ready any more while being shut down, and ends what is under way', async () => {
    const { http, ask } = await serve();
    let finish = () => {};
    http.mount('/in', (_, response) => {
      finish = () => void response.end('finished');
    });
    const under = ask('/in', { method: 'POST' });
    await pause(30);
    http.drain();
    const answer = await ask('/readyz');
    expect([answer.status, await answer.json()]).toMatchObject([503, { said: 'being shut down' }]);
    const closed = http.close(5000);
    finish();
    expect(await (await under).text()).toBe('finished');
    await closed;
    await expect(ask('/healthz')).rejects.toThrow('fetch failed');
  });

  it('is given up in time, whoever hangs on to it', async () => {
    const { http, ask } = await serve();
    http.mount('/in', () => {});
    const under = ask('/in', { method: 'POST' }).catch((error) => error);
    await pause(30);
    await http.close(50);
    expect(await under).toBeInstanceOf(TypeError);
    await http.close(50);
  });
});
