import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

export interface TestServer {
  readonly address: string;
  readonly host: string;
  /** Every request so far. */
  readonly seen: Seen[];
  /** What the next requests for a path get, one after the other; the last one stays. */
  on(path: string, ...handlers: readonly Handler[]): void;
  close(): Promise<void>;
}

/** A real server on this machine; what is not told it answers with 404. */
export async function startServer(): Promise<TestServer> {
  const table = new Map<string, Handler[]>();
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const { method = '', headers } = request;
    seen.push({ method, path, range: headers.range, headers });
    const handlers = table.get(path) ?? [];
    const handler = handlers.length > 1 ? handlers.shift() : handlers[0];
    if (handler) handler(request, response);
    else status(404)(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    address: `http://${host}`,
    seen,
    on: (path, ...handlers) => void table.set(path, [...handlers]),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that look like nothing, the same for the same seed. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

const etagOf = (bytes: Uint8Array): string => `"${sha256(bytes).slice(0, 16)}"`;

/** Answers as a good server does: ranges, If-Range and ETag. */
export const whole =
  (bytes: Buffer, { etag = etagOf(bytes), headers = {} as Record<string, string> } = {}): Handler =>
  (request, response) => {
    const from = rangeStart(request);
    const stale = request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag;
    const common = { etag, ...headers };
    if (from === undefined || stale) {
      response.writeHead(200, { ...common, 'content-length': bytes.length }).end(bytes);
    } else if (from >= bytes.length) {
      response.writeHead(416, { ...common, 'content-range': `bytes */${bytes.length}` }).end();
    } else {
      const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
      response
        .writeHead(206, { ...common, 'content-range': range, 'content-length': bytes.length - from })
        .end(bytes.subarray(from));
    }
  };

/** Answers everything with the whole file, whatever range was asked for. */
export const withoutRanges =
  (bytes: Buffer): Handler =>
  (_, response) =>
    void response.writeHead(200, { 'content-length': bytes.length }).end(bytes);

/** Sends some bytes of what it promises, and then ends the connection, or with `stall` does nothing more. */
export const only =
  (bytes: Buffer, count: number, { stall = false, etag = etagOf(bytes) } = {}): Handler =>
  (request, response) => {
    const from = rangeStart(request) ?? 0;
    const length = { etag, 'content-length': bytes.length - from };
    if (from === 0) response.writeHead(200, length);
    else
      response.writeHead(206, {
        ...length,
        'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      });
    response.write(bytes.subarray(from, from + count), () => {
      if (!stall) response.destroy();
    });
  };

export const status =
  (code: number, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    void response.writeHead(code, headers).end();

export const redirect = (to: string, headers: Record<string, string> = {}): Handler =>
  status(302, { location: to, ...headers });

export function rangeStart({ headers }: IncomingMessage): number | undefined {
  const [, start] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
  return start === undefined ? undefined : Number(start);
}
