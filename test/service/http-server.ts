import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach } from 'vitest';
import {
  type Check,
  createHttp,
  createReadiness,
  type Http,
  type HttpOptions,
} from '../../src/service/http.ts';
import { createMetrics } from '../../src/service/metrics.ts';

const open: Http[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.close(0)));
});

/** A server on this machine that is closed after the test. */
export async function serve({
  checks = {},
  ...options
}: Partial<HttpOptions> & { checks?: Record<string, Check> } = {}) {
  const troubles: unknown[] = [];
  const onTrouble = (thrown: unknown) => void troubles.push(thrown);
  const http = createHttp({
    metrics: createMetrics({ platforms: [] }),
    readiness: createReadiness({ checks, withinMs: 50, onTrouble: (_, thrown) => onTrouble(thrown) }),
    onTrouble,
    ...options,
  });
  open.push(http);
  const port = await http.listen(0);
  const origin = `http://127.0.0.1:${port}`;
  const ask = (path: string, init?: RequestInit) => fetch(`${origin}${path}`, init);
  return { http, port, origin, ask, troubles };
}

/** Everything that comes back for some bytes, until the connection ends. */
export async function raw(port: number, ...pieces: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const piece of pieces) {
    socket.write(piece);
    await pause(20);
  }
  await closed;
  return said;
}
