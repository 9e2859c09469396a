import { randomUUID } from 'node:crypto';
import type { APIMessage } from 'discord.js';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Listening, parsed } from '../http.ts';
import { asSeen, isTold, PRIVILEGED } from './sight.ts';
import { guildOf, type Settings, type World } from './world.ts';

/** Numbers of the gateway's operations. */
const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalid: 9,
  hello: 10,
  ack: 11,
};

/** Of what a session missed, this many are told when it resumes. */
const MAX_KEPT = 2000;

interface Session {
  readonly id: string;
  readonly intents: number;
  socket: WebSocket | undefined;
  sequence: number;
  /** Everything it was told, for when it resumes. */
  readonly told: { readonly s: number; readonly t: string; readonly d: object }[];
}

export interface Gateway {
  readonly url: string;
  /** What each session said of itself. */
  readonly identified: readonly Record<string, unknown>[];
  readonly resumes: number;
  readonly heartbeats: number;
  dispatch(event: string, data: object, times?: number): void;
  /** Asks every session to connect anew, as before a restart of a server. */
  reconnect(): void;
  /** Tells every session that it is over; it may resume, or has to identify again. */
  invalidate(resumable: boolean): void;
  /** Closes every connection; without a code, without a word. */
  drop(code?: number): void;
  /** Whether heartbeats are answered. */
  deaf: boolean;
  close(): void;
}

/** Serves at the same port as the API. JSON only, and never compressed. */
export function startGateway(listening: Listening, world: () => World): Gateway {
  const sessions = new Map<string, Session>();
  const identified: Record<string, unknown>[] = [];
  const counts = { resumes: 0, heartbeats: 0 };
  const url = listening.origin.replace('http', 'ws');
  const sockets = new WebSocketServer({ noServer: true });

  const send = (socket: WebSocket | undefined, packet: object): void => socket?.send(JSON.stringify(packet));

  function tell(session: Session, t: string, data: object): void {
    const d = world().settings.retold(t, data);
    if (!d) return;
    const packet = { op: OP.dispatch, s: ++session.sequence, t, d };
    session.told.push(packet);
    if (session.told.length > MAX_KEPT) session.told.shift();
    send(session.socket, packet);
  }

  function dispatch(event: string, data: object, times = 1): void {
    for (const session of sessions.values()) {
      if (!isTold(event, data, session.intents)) continue;
      const isMessage = event === 'MESSAGE_CREATE' || event === 'MESSAGE_UPDATE';
      const seen = isMessage ? asSeen(world(), data as APIMessage, session.intents) : data;
      for (let time = 0; time < times; time++) tell(session, event, seen);
    }
  }

  function identify(socket: WebSocket, d: Record<string, unknown>): void {
    const { settings, bot, guild } = world();
    const intents = Number(d.intents);
    const closes = objection(d, settings);
    if (closes) {
      socket.close(...closes);
      return;
    }
    identified.push(d);
    const session: Session = { id: randomUUID(), intents, socket, sequence: 0, told: [] };
    sessions.set(session.id, session);
    tell(session, 'READY', {
      v: 10,
      user: { ...bot, bot: true, verified: true, email: null, flags: 0, mfa_enabled: false },
      guilds: [{ id: guild, unavailable: true }],
      session_id: session.id,
      resume_gateway_url: url,
      shard: d.shard ?? [0, 1],
      application: { id: bot.id, flags: 0 },
    });
    const whole = guildOf(world());
    if (isTold('GUILD_CREATE', whole, intents)) tell(session, 'GUILD_CREATE', whole);
  }

  function resume(socket: WebSocket, d: Record<string, unknown>): void {
    const session = sessions.get(String(d.session_id));
    if (d.token !== world().settings.token || !session) {
      send(socket, { op: OP.invalid, d: false });
      return;
    }
    counts.resumes++;
    session.socket = socket;
    for (const packet of session.told.filter(({ s }) => s > Number(d.seq))) send(socket, packet);
    tell(session, 'RESUMED', {});
  }

  const handlers: Readonly<Record<number, (socket: WebSocket, d: Record<string, unknown>) => void>> = {
    [OP.heartbeat]: (socket) => {
      counts.heartbeats++;
      if (!gateway.deaf) send(socket, { op: OP.ack });
    },
    [OP.identify]: identify,
    [OP.resume]: resume,
  };

  sockets.on('connection', (socket, request) => {
    const { searchParams } = new URL(request.url ?? '', url);
    if (searchParams.get('encoding') !== 'json' || searchParams.has('compress')) {
      return socket.close(4002, 'This stand-in speaks JSON, without compression.');
    }
    send(socket, { op: OP.hello, d: { heartbeat_interval: world().settings.heartbeat, _trace: [] } });
    socket.on('message', (data) => {
      const packet = parsed(String(data)) as { op: number; d: Record<string, unknown> } | undefined;
      if (!packet) return socket.close(4002, 'Error while decoding payload.');
      handlers[packet.op]?.(socket, packet.d);
      world().watch.changed();
    });
    socket.on('close', (code) => {
      const session = [...sessions.values()].find((each) => each.socket === socket);
      if (!session) return;
      session.socket = undefined;
      // Who says goodbye cannot resume.
      if (code === 1000 || code === 1001) sessions.delete(session.id);
    });
  });
  listening.server.on('upgrade', (request, stream, head) =>
    sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request)),
  );

  const each = (act: (socket: WebSocket) => void): void => {
    for (const socket of sockets.clients) act(socket);
  };
  const gateway: Gateway = {
    url,
    identified,
    deaf: false,
    get resumes() {
      return counts.resumes;
    },
    get heartbeats() {
      return counts.heartbeats;
    },
    dispatch,
    reconnect: () => each((socket) => send(socket, { op: OP.reconnect, d: null })),
    invalidate(resumable) {
      if (!resumable) sessions.clear();
      each((socket) => send(socket, { op: OP.invalid, d: resumable }));
    },
    drop: (code) => each((socket) => (code === undefined ? socket.terminate() : socket.close(code))),
    close: () => each((socket) => socket.terminate()),
  };
  return gateway;
}

/** The code to close with, of a session that is not accepted. */
function objection(
  d: Record<string, unknown>,
  { token, privileged }: Settings,
): [number, string] | undefined {
  if (d.token !== token) return [4004, 'Authentication failed.'];
  if (!Number.isInteger(d.intents)) return [4013, 'Invalid intent(s).'];
  if (Number(d.intents) & PRIVILEGED & ~privileged) return [4014, 'Disallowed intent(s).'];
  return undefined;
}
