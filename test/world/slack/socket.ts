import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Listening, parsed } from '../http.ts';
import type { Outcome, Transport } from './delivery.ts';

export interface SocketMode extends Transport {
  /** A ticket for one connection. @returns its address */
  ticket(): string;
  readonly connections: number;
  /** Tells every connection to connect anew, and closes it a little later, as Slack does every few hours. */
  refresh(reason?: 'warning' | 'refresh_requested' | 'link_disabled'): void;
  /** Sends that, as it is. */
  frame(text: string): void;
}

/** Milliseconds between "refresh_requested" and the end of the connection. */
const GRACE = 200;

/** Socket Mode, at the same port as the API. */
export function socketMode(listening: Listening, ackWithin: number, changed: () => void): SocketMode {
  const sockets = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const open: WebSocket[] = [];
  const waiting = new Map<string, (payload: Record<string, unknown>) => void>();
  const connected = new Set<() => void>();
  let next = 0;
  let made = 0;

  listening.server.on('upgrade', (request, stream, head) => {
    const ticket = new URL(request.url ?? '', listening.origin).searchParams.get('ticket') ?? '';
    if (!tickets.delete(ticket)) return void stream.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
    sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket));
  });
  sockets.on('connection', (socket: WebSocket) => {
    made++;
    // Every event that is under way listens for the end of the connection.
    socket.setMaxListeners(0);
    open.push(socket);
    const debug_info = { host: 'applink-1', build_number: 1, approximate_connection_time: 18_060 };
    const hello = {
      type: 'hello',
      num_connections: open.length,
      debug_info,
      connection_info: { app_id: 'A1' },
    };
    socket.send(JSON.stringify(hello));
    // Without a ping now and then a client believes that the connection is dead.
    const pings = setInterval(() => socket.ping(), 5000).unref();
    socket.on('message', (data) => {
      const { envelope_id, payload } = (parsed(String(data)) ?? {}) as {
        envelope_id?: string;
        payload?: Record<string, unknown>;
      };
      if (envelope_id) waiting.get(envelope_id)?.(payload ?? {});
      changed();
    });
    socket.on('close', () => {
      clearInterval(pings);
      if (open.includes(socket)) open.splice(open.indexOf(socket), 1);
    });
    for (const go of [...connected]) go();
    changed();
  });

  /** Each event goes to one of the connections; it waits for one where there is none. */
  async function connection(): Promise<WebSocket> {
    while (open.length === 0) {
      await new Promise<void>((resolve) => {
        const go = (): void => {
          connected.delete(go);
          resolve();
        };
        connected.add(go);
      });
    }
    return open[next++ % open.length]!;
  }

  return {
    get connections() {
      return made;
    },
    ticket() {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${listening.origin.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=A1`;
    },
    async attempt({ kind, payload, retry, reason }) {
      const socket = await connection();
      const envelope_id = randomUUID();
      const at = Date.now();
      return new Promise<Outcome>((resolve) => {
        const finish = (outcome: Outcome): void => {
          clearTimeout(timer);
          waiting.delete(envelope_id);
          socket.off('close', lost);
          resolve(outcome);
        };
        const lost = (): void => finish({ failed: 'connection_failed' });
        const timer = setTimeout(() => finish({ failed: 'timeout' }), ackWithin);
        socket.on('close', lost);
        waiting.set(envelope_id, (said) => finish({ ms: Date.now() - at, payload: said }));
        const accepts_response_payload = kind !== 'events_api';
        const retried = kind === 'events_api' ? { retry_attempt: retry, retry_reason: reason } : {};
        socket.send(
          JSON.stringify({ envelope_id, type: kind, payload, accepts_response_payload, ...retried }),
        );
      });
    },
    frame(text) {
      for (const socket of open) socket.send(text);
    },
    refresh(reason = 'refresh_requested') {
      for (const socket of [...open]) {
        open.splice(open.indexOf(socket), 1);
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-1' } }));
        setTimeout(() => socket.close(1000), GRACE).unref();
      }
    },
    cut() {
      for (const socket of sockets.clients) socket.terminate();
    },
    async close() {
      // A client that is leaving says goodbye first.
      for (let ms = 0; sockets.clients.size > 0 && ms < GRACE; ms += 10) await sleep(10);
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}
