import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { raw, serve } from './http-server.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A port on which what is posted to /in is answered with its length. */
async function mounted() {
  const served = await serve();
  let taken = 0;
  served.http.mount(
    '/in',
    (_, response, body) => {
      taken += 1;
      response.end(String(body.length));
    },
    ({ headers }) => headers['x-key'] === 'yes',
  );
  return { ...served, taken: () => taken };
}

const HEAD = 'POST /in HTTP/1.1\r\nHost: x\r\nX-Key: yes\r\n';

describe('nobody keeps the port busy', () => {
  it('by a body in pieces of one byte', async () => {
    const { port, taken, ask } = await mounted();
    const pieces = '1\r\nx\r\n'.repeat(20_000);
    await raw(port, `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, pieces, '0\r\n\r\n');
    expect(taken()).toBe(0);
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('by requests without end on one connection', async () => {
    const { port } = await mounted();
    const many = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5000);
    const answers = (await raw(port, many)).match(/HTTP\/1\.1 200 /g) ?? [];
    expect(answers.length).toBeLessThanOrEqual(100);
  });

  it('by bodies that are never finished: of more than 16 MiB of all together the oldest are cut off', async () => {
    const { port, ask } = await mounted();
    for (let i = 0; i < 18; i++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {}).resume();
      sockets.push(socket);
      socket.write(`${HEAD}Content-Length: ${2 ** 20}\r\n\r\n`);
      socket.write(Buffer.alloc(2 ** 20 - 1, 'x'));
    }
    const headers = { 'x-key': 'yes' };
    const cutOff = () => sockets.filter(({ destroyed }) => destroyed).length;
    await expect.poll(cutOff, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
    const answer = await ask('/in', { method: 'POST', headers, body: 'x'.repeat(1000) });
    expect([answer.status, await answer.text()]).toEqual([200, '1000']);
    expect(cutOff()).toBeLessThan(6);
  });

  it('by what its headers show to be nobody’s: the body is not read', async () => {
    const { port, taken } = await mounted();
    const said = await raw(port, 'POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx');
    expect(said).toMatch(/^HTTP\/1\.1 401 /);
    expect(taken()).toBe(0);
  });

  it('by a page that is sent a body', async () => {
    const { port } = await mounted();
    expect(await raw(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello')).toMatch(
      /^HTTP\/1\.1 413 /,
    );
  });
});
