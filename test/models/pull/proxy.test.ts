import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refusal } from '../refusal.ts';
import { startServer, type TestServer, whole } from '../server.ts';
import { CONFIG, createPlace, type Place, pull, toy, WEIGHTS } from '../toy.ts';

let server: TestServer;
let place: Place;
let proxy: Server;
let passed: string[];
let credentials: Set<string | undefined>;
const sockets = new Set<Socket>();

beforeEach(async () => {
  place = createPlace();
  server = await startServer();
  server.on('/config.json', whole(CONFIG));
  server.on('/onnx/model.onnx', whole(WEIGHTS));
  passed = [];
  credentials = new Set();
  // Both ways of a proxy: a tunnel, and an absolute address to fetch.
  proxy = createServer((incoming, outgoing) => {
    passed.push(`${incoming.method} ${incoming.url}`);
    credentials.add(incoming.headers['proxy-authorization']);
    const onward = request(incoming.url!, { headers: incoming.headers }, (reply) => {
      outgoing.writeHead(reply.statusCode!, reply.headers);
      reply.pipe(outgoing);
    });
    onward.end();
  });
  proxy.on('connect', (incoming, socket: Socket) => {
    passed.push(`CONNECT ${incoming.url}`);
    credentials.add(incoming.headers['proxy-authorization']);
    const { hostname, port } = new URL(`http://${incoming.url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const one of [socket, onward]) {
      sockets.add(one);
      one.on('error', () => {});
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'NO_PROXY', 'HTTPS_PROXY'])
    vi.stubEnv(name, undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const socket of sockets) socket.destroy();
  proxy.closeAllConnections();
  proxy.close();
  await server.close();
  place.remove();
});

const address = (user = '') => `http://${user}127.0.0.1:${(proxy.address() as AddressInfo).port}`;
const models = () => place.models([toy([{ kind: 'url', base: server.address }])]);

describe('a proxy', () => {
  it('of HTTP_PROXY is used, with its name and password', async () => {
    vi.stubEnv('HTTP_PROXY', address('me:pass@'));
    await pull(models());
    expect(passed.length).toBeGreaterThan(0);
    expect(passed.every((line) => line.includes(server.host))).toBe(true);
    expect([...credentials]).toEqual([`Basic ${Buffer.from('me:pass').toString('base64')}`]);
  });

  it('is not used for what NO_PROXY names', async () => {
    vi.stubEnv('HTTP_PROXY', address());
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    await pull(models());
    expect(passed).toEqual([]);
  });

  it('that is not there is an error without its password', async () => {
    vi.stubEnv('HTTP_PROXY', 'http://me:SECRET@127.0.0.1:9');
    const error = await refusal(pull(models()));
    expect(error.hint).toMatch(/refuses the connection/);
    expect(`${error.message} ${error.hint}`).not.toContain('SECRET');
    expect(server.seen).toEqual([]);
  });
});
