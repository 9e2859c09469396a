import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';
import { within } from '../abort.ts';
import { SpotterError } from '../errors.ts';
import { isSame } from '../secrets.ts';
import { boundRequests, closeWithin, listenAt, serverOptions } from './listen.ts';

export interface HttpOptions {
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly readiness: () => Promise<Readiness>;
  /** The address that is listened at; only this machine reaches 127.0.0.1, which it is unless told. */
  readonly host?: string;
  /** Whoever shows it ("Authorization: Bearer …") sees metrics and the reasons of /readyz; needed where others reach the port. */
  readonly token?: string | undefined;
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

/** Whether the body of a request is worth reading, by its headers alone; what is not is answered with 401. */
export type Admits = (request: IncomingMessage) => boolean;

/** Metrics, health, and whatever an adapter mounts, on one port. */
export interface Http {
  /** Answers POST requests to exactly that path, one at a time. */
  mount(path: string, listener: BodyListener, admits?: Admits): void;
  /** @param port 0 for any free one @returns the port. @throws SpotterError bad-config, when it cannot be had */
  listen(port: number): Promise<number>;
  /** From now on not ready, but still answering: whoever balances loads has time to notice. */
  drain(): void;
  /** Ends what is under way within that time; then cuts it off. */
  close(ms: number): Promise<void>;
}

/** @param trusted whether whoever asks may see what is not for everybody */
type Page = (
  trusted: boolean,
) => Promise<{ readonly status: number; readonly type: string; readonly body: string }>;

const MAX_CONNECTIONS = 500;
/** Bodies of all requests together, in bytes. */
const MAX_HELD_BYTES = 16 * 2 ** 20;
/** A body may come in so many pieces, and one more for each so many bytes. */
const [MAX_PIECES, BYTES_A_PIECE] = [512, 256];

export function createHttp({
  metrics,
  readiness,
  host = '127.0.0.1',
  token,
  maxBodyBytes = 2 ** 20,
  headersMs = 5000,
  requestMs = 15_000,
  onTrouble = () => {},
}: HttpOptions): Http {
  let draining = false;
  const pages: Readonly<Record<string, Page>> = {
    '/healthz': async () => json(200, { alive: true }),
    async '/readyz'(trusted) {
      if (draining) return json(503, { ready: false, checks: [], said: 'being shut down' });
      const { ready, checks } = await readiness();
      return json(ready ? 200 : 503, trusted ? { ready, checks } : { ready });
    },
    async '/metrics'(trusted) {
      if (trusted) return { status: 200, type: metrics.contentType, body: await metrics.text() };
      return json(token === undefined ? 403 : 401, { said: NEEDS_TOKEN });
    },
  };
  const isTrusted = trustFor(host, token);
  const mounted = new Map<string, { readonly listener: BodyListener; readonly admits: Admits }>();
  const bodies = createBodyReader(maxBodyBytes);
  const oneAtATime = createPacer();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = /^[^?#]*/.exec(request.url ?? '')?.[0] ?? '';
    const { method = '' } = request;
    const mount = mounted.get(path);
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (!mount && !page) return refuse(request, response, 404);
    const methods = mount ? ['POST'] : ['GET', 'HEAD'];
    if (!methods.includes(method))
      return refuse(request, response.setHeader('allow', methods.join(', ')), 405);
    if (mount) {
      if (!mount.admits(request)) return refuse(request, response, 401);
      const body = await bodies.read(request);
      if (body === 'cut-off') return;
      if (typeof body === 'number') return refuse(request, response, body);
      connections.hold(request.socket, response);
      await oneAtATime();
      return mount.listener(request, response, body);
    }
    // Nobody needs to send anything along with it.
    if (hasBody(request)) return refuse(request, response, 413);
    connections.hold(request.socket, response);
    const { status, type, body: text } = await page!(isTrusted(request));
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
    response.end(method === 'HEAD' ? undefined : text);
  }

  const server = createServer(serverOptions({ headersMs, requestMs }), (request, response) => {
    answer(request, response).catch((thrown) => {
      onTrouble(thrown);
      end(response, 500);
    });
  });
  const connections = boundConnections(MAX_CONNECTIONS);
  server.on('connection', connections.add);
  boundRequests(server);

  return {
    mount: (path, listener, admits = () => true) => void mounted.set(path, { listener, admits }),
    async listen(port) {
      const listening = await listenAt(server, port, host, 'Set PORT to another one.');
      server.on('error', onTrouble);
      return listening;
    },
    drain() {
      draining = true;
    },
    async close(ms) {
      draining = true;
      await closeWithin(server, ms);
    },
  };
}

const json = (status: number, body: object) => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(body)}\n`,
});

const NEEDS_TOKEN =
  'Metrics are for whoever has the token: set SPOTTER_METRICS_TOKEN, and send it as a bearer token.';

/** Who may see what is not for everybody: who shows the token, or, where there is none, who is on this machine alone. */
function trustFor(host: string, token: string | undefined) {
  if (token === undefined) return () => isLoopback(host);
  return ({ headers: { authorization = '' } }: IncomingMessage): boolean =>
    isSame(authorization, `Bearer ${token}`);
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether only this machine reaches an address that is listened at. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || LOOPBACK.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');

/**
 * Beyond so many connections the one that has been idle for longest makes room, so that nobody who only holds them open
 * keeps a health check out.
 */
function boundConnections(max: number) {
  /** The one that has been idle for longest comes first. */
  const idle = new Set<Socket>();
  const busy = new Set<Socket>();
  return {
    add(socket: Socket): void {
      if (idle.size + busy.size >= max) {
        const [longest = socket] = idle;
        longest.destroy();
        idle.delete(longest);
      }
      if (socket.destroyed) return;
      idle.add(socket);
      socket.once('close', () => {
        idle.delete(socket);
        busy.delete(socket);
      });
    },
    /** It is not idle until its request is answered. */
    hold(socket: Socket, response: ServerResponse): void {
      if (!idle.delete(socket)) return;
      busy.add(socket);
      response.once('close', () => {
        if (busy.delete(socket) && !socket.destroyed) idle.add(socket);
      });
    },
  };
}

/** Lets the event loop do other things between one and the next. */
function createPacer(): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return last;
  };
}

/**
 * Reads bodies, never holding more of one than the limit and one chunk, nor more of all than MAX_HELD_BYTES: beyond that the
 * one that has been coming for longest is cut off, so that nobody who only holds them open keeps others out.
 */
function createBodyReader(maxBytes: number) {
  /** Bytes of each that is being read; the one that began first comes first. */
  const reading = new Map<IncomingMessage, number>();
  let held = 0;
  const cutOffOldest = (): void => {
    const [[oldest, bytes] = []] = reading;
    if (!oldest || bytes === undefined) return;
    reading.delete(oldest);
    held -= bytes;
    oldest.destroy();
  };
  return {
    /** @returns the body, or the status that it is refused with */
    read: (request: IncomingMessage) =>
      new Promise<Buffer | 413 | 'cut-off'>((resolve) => {
        if (Number(request.headers['content-length'] ?? 0) > maxBytes) return resolve(413);
        const chunks: Buffer[] = [];
        let bytes = 0;
        reading.set(request, bytes);
        const finish = (outcome: Buffer | 413 | 'cut-off'): void => {
          request.off('data', take);
          held -= reading.get(request) ?? 0;
          reading.delete(request);
          resolve(outcome);
        };
        const take = (chunk: Buffer): void => {
          bytes += chunk.length;
          if (bytes > maxBytes || chunks.length > MAX_PIECES + bytes / BYTES_A_PIECE) {
            // Left open, so that there is still something to answer on.
            request.pause();
            finish(413);
            return;
          }
          reading.set(request, bytes);
          held += chunk.length;
          while (held > MAX_HELD_BYTES) cutOffOldest();
          chunks.push(chunk);
        };
        request.on('data', take);
        request.once('end', () => finish(Buffer.concat(chunks)));
        request.once('error', () => finish('cut-off'));
        request.once('close', () => finish('cut-off'));
      }),
  };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** What is still to come of its body is not read. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  if (!hasBody(request)) {
    end(response, status);
    return;
  }
  response.once('finish', () => request.destroy());
  response.writeHead(status, { connection: 'close' }).end();
}

function end(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status).end();
}

/** Rejects or returns words while something is not ready; resolves to nothing when it is. */
export type Check = () => Promise<string | undefined> | string | undefined;

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly said: string }[];
}

export interface ReadinessOptions {
  readonly checks: Readonly<Record<string, Check>>;
  /** What one check may take, in milliseconds; 2,000 unless told. */
  readonly withinMs?: number;
  /** Told what a check threw: others see only that it failed, for it may tell secrets. */
  readonly onTrouble?: (name: string, thrown: unknown) => void;
}

/** Asks all checks at once; those who ask meanwhile share the answer. */
export function createReadiness({ checks, withinMs = 2000, onTrouble = () => {} }: ReadinessOptions) {
  const late = () => new SpotterError('timed-out', `no answer within ${withinMs} ms`);
  async function ask(name: string, check: Check): Promise<Readiness['checks'][number]> {
    try {
      const said = await within(withinMs, undefined, async () => check(), late);
      return { name, ok: said === undefined, said: said ?? 'ready' };
    } catch (thrown) {
      onTrouble(name, thrown);
      const said = thrown instanceof SpotterError ? thrown.message : 'failed; the log says why';
      return { name, ok: false, said };
    }
  }
  async function askAll(): Promise<Readiness> {
    const all = await Promise.all(Object.entries(checks).map(([name, check]) => ask(name, check)));
    return { ready: all.every(({ ok }) => ok), checks: all };
  }
  let asking: Promise<Readiness> | undefined;
  return (): Promise<Readiness> => {
    asking ??= askAll().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
