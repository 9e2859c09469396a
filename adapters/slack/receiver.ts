import { type EventEmitter, once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import { SpotterError } from '../../src/errors.ts';
import { notAccepted, socketOptions } from './client.ts';
import { type Log, loggerOf } from './log.ts';
import { PLATFORM } from './platform.ts';

/** Where Slack sends its requests, in the app's settings: the address of the bot, and this. */
export const REQUEST_PATH = '/slack/events';

export interface ReceiverOptions {
  /** For Socket Mode, which is used where this is given. */
  readonly appToken?: string | undefined;
  /** For signed requests, with `mount` or `port`. */
  readonly signingSecret?: string | undefined;
  readonly apiUrl?: string | undefined;
  /** Puts Slack's requests on a server that is there already. */
  readonly mount?: ((path: string, listener: RequestListener) => void) | undefined;
  /** Or a server of its own, at this port. */
  readonly port?: number | undefined;
  readonly log: Log;
}

/** The way that Slack tells us something. */
export interface Transport {
  readonly receiver: SocketModeReceiver | HTTPReceiver;
  /** @throws SpotterError bad-config, where Slack does not accept the token */
  start(): Promise<void>;
  stop(): Promise<void>;
  ready(): boolean;
}

/** @throws SpotterError bad-config, when it is told neither way */
export function createTransport(options: ReceiverOptions): Transport {
  const { appToken, signingSecret } = options;
  if (appToken !== undefined) return bySocket(options, appToken);
  if (signingSecret !== undefined) return byHttp(options, signingSecret);
  const hint = 'Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET and PORT for signed requests.';
  throw new SpotterError('bad-config', 'It is not said how Slack tells Spotter something.', hint);
}

/** Milliseconds after which a connection that cannot be had for another reason than the network is sought again. */
const AGAIN_MS = 60_000;
const CLOSED_WITHIN_MS = 2000;

function bySocket({ apiUrl, log }: ReceiverOptions, appToken: string): Transport {
  const logger = loggerOf(log);
  const clientOptions = socketOptions({ apiUrl, logger });
  const receiver = new SocketModeReceiver({ appToken, logger, installerOptions: { clientOptions } });
  const { client: socket } = receiver;
  const platform = PLATFORM;
  readSafely(socket as unknown as Reader, log);
  let connected = false;
  let stopped = false;
  socket.on('connected', () => {
    connected = true;
    log.info({ platform }, 'connected');
  });
  for (const state of ['reconnecting', 'disconnecting', 'disconnected', 'close']) {
    socket.on(state, () => {
      connected = false;
    });
  }
  const connect = socket.start.bind(socket);
  /** The client starts itself again when it was cut off, and nobody would hear why that fails. */
  const connectAgain: typeof connect = () =>
    connect().catch((err) => {
      if (stopped) return {} as Awaited<ReturnType<typeof connect>>;
      log.error({ platform, err }, 'not connected');
      return new Promise((done) => {
        setTimeout(() => done(stopped ? ({} as never) : connectAgain()), AGAIN_MS).unref();
      });
    });
  return {
    receiver,
    ready: () => connected,
    async start() {
      try {
        await receiver.start();
      } catch (thrown) {
        throw notAccepted(thrown, 'SLACK_APP_TOKEN', 'Basic Information, App-Level Tokens (xapp-…)');
      }
      socket.start = connectAgain;
    },
    async stop() {
      stopped = true;
      const wait = AbortSignal.timeout(CLOSED_WITHIN_MS);
      // The receiver's own stop() does not wait until the connection is closed.
      const late = new Promise<void>((done) => wait.addEventListener('abort', () => done()));
      await Promise.race([socket.disconnect(), late]);
    },
  };
}

interface Reader extends Pick<EventEmitter, 'on' | 'removeAllListeners'> {
  onWebSocketMessage(...frame: unknown[]): Promise<void>;
}

/** A frame that the client cannot read would be a rejection that nobody handles, and end the process. */
function readSafely(socket: Reader, log: Log): void {
  const read = socket.onWebSocketMessage.bind(socket);
  socket.removeAllListeners('ws_message');
  socket.on('ws_message', (...frame: unknown[]) => {
    read(...frame).catch((err) => log.error({ platform: PLATFORM, err }, 'Slack sent what cannot be read'));
  });
}

function byHttp({ mount, port, log }: ReceiverOptions, signingSecret: string): Transport {
  if (!mount && port === undefined) {
    const hint = 'Set PORT: with SLACK_SIGNING_SECRET, Slack sends its requests there.';
    throw new SpotterError('bad-config', 'It is not said where Slack sends its requests.', hint);
  }
  const receiver = new HTTPReceiver({ signingSecret, endpoints: [REQUEST_PATH], logger: loggerOf(log) });
  let started = false;
  const listener: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://bot');
    if (request.method !== 'POST' || pathname !== REQUEST_PATH) response.writeHead(404).end();
    else if (started) receiver.requestListener(request, response);
    // What is refused Slack tells again.
    else response.writeHead(503).end();
  };
  const server = mount ? undefined : createServer(listener);
  return {
    receiver,
    ready: () => started,
    async start() {
      mount?.(REQUEST_PATH, listener);
      if (server) await once(server.listen(port), 'listening');
      started = true;
    },
    async stop() {
      started = false;
      if (!server?.listening) return;
      const closed = once(server.close(), 'close');
      server.closeIdleConnections();
      await closed;
    },
  };
}
