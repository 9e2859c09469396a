import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Finding, worstOf } from './finding.ts';
import { photo, type Target } from './target.ts';

const PATH = '/slack/events';
const SIGNED = `X-Slack-Signature: v0=${'0'.repeat(64)}\r\nX-Slack-Request-Timestamp: `;
/** Headers as those of Slack, with a signature that is not. */
const head = (more: string): string =>
  `POST ${PATH} HTTP/1.1\r\nHost: x\r\n${SIGNED}${Math.floor(Date.now() / 1000)}\r\n${more}\r\n\r\n`;

interface Attack {
  readonly name: string;
  readonly sockets: number;
  readonly bytes: () => string | Buffer;
}

const ATTACKS: readonly Attack[] = [
  {
    name: 'a body in pieces of one byte',
    sockets: 1,
    bytes: () => head('Transfer-Encoding: chunked') + '1\r\nx\r\n'.repeat(2 ** 20),
  },
  {
    name: 'bodies in pieces of one byte',
    sockets: 20,
    bytes: () => head('Transfer-Encoding: chunked') + '1\r\nx\r\n'.repeat(2 ** 20),
  },
  {
    name: 'ten thousand requests on one connection',
    sockets: 1,
    bytes: () => `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}`.repeat(10_000),
  },
  {
    name: 'ten thousand requests with a made-up signature on one connection',
    sockets: 1,
    bytes: () => `${head('Content-Length: 2')}{}`.repeat(10_000),
  },
  {
    name: 'twenty thousand pages on one connection',
    sockets: 1,
    bytes: () => 'GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20_000),
  },
  {
    name: 'a hundred bodies of a mebibyte with a made-up signature',
    sockets: 100,
    bytes: () => Buffer.concat([Buffer.from(head(`Content-Length: ${2 ** 20}`)), Buffer.alloc(2 ** 20, 'x')]),
  },
  {
    name: 'bodies that are never finished',
    sockets: 490,
    bytes: () =>
      Buffer.concat([Buffer.from(head(`Content-Length: ${2 ** 20}`)), Buffer.alloc(2 ** 20 - 10, 'x')]),
  },
];

/** Unsigned requests to the port that Slack's come to: the event loop, the memory, and somebody's question meanwhile. */
export async function attackByRequests(target: Target): Promise<Finding[]> {
  const bob = target.platform.person('bob');
  const ask = () => target.ask(bob, { text: 'the upper dog', images: [photo('two-dogs.jpg')] });
  await ask();
  const each: { name: string; sockets: number; busy: number; ms: number; mb: number }[] = [];
  for (const { name, sockets, bytes } of ATTACKS) {
    const data = bytes();
    await target.busy();
    const open = Array.from({ length: sockets }, () => sendTo(target.port, data));
    await sleep(500);
    const { ms } = await ask();
    each.push({ name, sockets, ms, mb: target.memory(), busy: await target.busy() });
    for (const socket of open) socket.destroy();
    await sleep(200);
  }
  const [single, several] = [
    each.filter(({ sockets }) => sockets === 1),
    each.filter(({ sockets }) => sockets > 1),
  ];
  return [
    worstOf('requests on one connection: the event loop is busy', 'ms', 200, single, 'busy'),
    worstOf('requests on up to 490 connections: the event loop is busy', 'ms', 500, several, 'busy'),
    worstOf('requests: memory of all processes', 'MB', 900, each, 'mb'),
    worstOf('requests: until somebody’s answer', 'ms', 3000, each, 'ms'),
  ];
}

function sendTo(port: number, data: string | Buffer): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}).resume();
  socket.write(data);
  return socket;
}
