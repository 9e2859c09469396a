import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpotterError } from '../errors.ts';
import type { Readiness } from './readiness.ts';

export interface HttpOptions {
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly readiness: () => Promise<Readiness>;
  /** Of a request to what is mounted, in bytes; 1 MiB unless told. */
  readonly maxBodyBytes?: number;
  /** For the headers, in milliseconds, and for a request as a whole; 5 and 15 seconds unless told. */
  readonly headersMs?: number;
  readonly requestMs?: number;
  readonly onTrouble?: (thrown: unknown) => void;
}

/** Answers a request whose body has been read; what it rejects with is answered with 500. */
export type BodyListener = (
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
) => Promise<void> | void;

/** Metrics, health, and whatever an adapter mounts, on one port. */
export interface Http {
  /** Answers POST requests to exactly that path. */
  mount(path: string, listener: BodyListener): void;
  /** @param port 0 for any free one @returns the port. @throws SpotterError bad-config, when it cannot be had */
  listen(port: number, host?: string): Promise<number>;
  /** From now on not ready, but still answering: whoever balances loads has time to notice. */
  drain(): void;
  /** Ends what is under way within that time; then cuts it off. */
  close(ms: number): Promise<void>;
}

type Page = () => Promise<{ readonly status: number; readonly type: string; readonly body: string }>;

const MOST_CONNECTIONS = 500;

export function createHttp({
  metrics,
  readiness,
  maxBodyBytes = 2 ** 20,
  headersMs = 5000,
  requestMs = 15_000,
  onTrouble = () => {},
}: HttpOptions): Http {
  let draining = false;
  const pages: Readonly<Record<string, Page>> = {
    '/healthz': async () => json(200, { alive: true }),
    async '/readyz'() {
      if (draining) return json(503, { ready: false, checks: [], said: 'being shut down' });
      const said = await readiness();
      return json(said.ready ? 200 : 503, said);
    },
    '/metrics': async () => ({ status: 200, type: metrics.contentType, body: await metrics.text() }),
  };
  const mounted = new Map<string, BodyListener>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = /^[^?#]*/.exec(request.url ?? '')?.[0] ?? '';
    const { method = '' } = request;
    const listener = mounted.get(path);
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (!listener && !page) return end(response, 404);
    const methods = listener ? ['POST'] : ['GET', 'HEAD'];
    if (!methods.includes(method)) return end(response.setHeader('allow', methods.join(', ')), 405);
    if (listener) {
      const body = await readBody(request, maxBodyBytes);
      if (body === 'too-long') return refuseBody(request, response);
      if (body !== 'cut-off') await listener(request, response, body);
      return;
    }
    const { status, type, body } = await page!();
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
    response.end(method === 'HEAD' ? undefined : body);
  }

  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: 5000,
      // Otherwise slow requests would be noticed only every half minute.
      connectionsCheckingInterval: Math.min(1000, headersMs),
      maxHeaderSize: 16 * 1024,
    },
    (request, response) => {
      answer(request, response).catch((thrown) => {
        onTrouble(thrown);
        end(response, 500);
      });
    },
  );
  server.maxConnections = MOST_CONNECTIONS;

  return {
    mount: (path, listener) => void mounted.set(path, listener),
    async listen(port, host) {
      try {
        await once(server.listen({ port, host }), 'listening');
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        throw new SpotterError(
          'bad-config',
          `Port ${port} ${WHY[code ?? ''] ?? 'cannot be used'}.`,
          HINT,
          cause,
        );
      }
      server.on('error', onTrouble);
      return (server.address() as AddressInfo).port;
    },
    drain() {
      draining = true;
    },
    async close(ms) {
      draining = true;
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), ms);
      await closed;
      clearTimeout(timer);
    },
  };
}

const HINT = 'Set PORT to another one.';
const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is used by another program',
  EACCES: 'may not be used by this user',
};

const json = (status: number, body: object) => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(body)}\n`,
});

/** All of a request's body, never holding more than the limit and one chunk. */
async function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | 'too-long' | 'cut-off'> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return 'too-long';
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Left open, so that there is still something to answer on.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > maxBytes) return 'too-long';
      chunks.push(chunk as Buffer);
    }
  } catch {
    return 'cut-off';
  }
  return Buffer.concat(chunks);
}

/** What is still to come of the body is not read. */
function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => request.destroy());
  response.writeHead(413, { connection: 'close' }).end();
}

function end(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status).end();
}
