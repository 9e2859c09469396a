import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { HTTPReceiver, isValidSlackRequest, SocketModeReceiver } from '@slack/bolt';
import { SpotterError } from '../../src/errors.ts';
import type { BodyListener, Http } from '../../src/service/http.ts';
import { type Log, loggerOf, notAccepted, PLATFORM, socketOptions } from './context.ts';

/** Where Slack sends its requests, in the app's settings: the address of the bot, and this. */
const REQUEST_PATH = '/slack/events';

export interface ReceiverOptions {
  /** For Socket Mode, which is used where this is given. */
  readonly appToken?: string | undefined;
  /** For signed requests, with `mount`. */
  readonly signingSecret?: string | undefined;
  readonly apiUrl?: string | undefined;
  /** Puts Slack's requests on a server. */
  readonly mount?: Http['mount'] | undefined;
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

function byHttp({ mount, log }: ReceiverOptions, signingSecret: string): Transport {
  if (!mount) {
    const hint = 'Set PORT: with SLACK_SIGNING_SECRET, Slack sends its requests there.';
    throw new SpotterError('bad-config', 'It is not said where Slack sends its requests.', hint);
  }
  const receiver = new HTTPReceiver({ signingSecret, endpoints: [REQUEST_PATH], logger: loggerOf(log) });
  let started = false;
  const refused = createTally((count) =>
    log.warn({ platform: PLATFORM, count }, 'requests that Slack has not signed were refused'),
  );
  const listener: BodyListener = (request, response, body) => {
    // What is refused Slack tells again.
    if (!started) return void response.writeHead(503).end();
    if (!isSigned(request, body, signingSecret) && !isSslCheck(body)) {
      refused.add();
      return void response.writeHead(401).end();
    }
    if (!holdsObject(body)) {
      log.error({ platform: PLATFORM }, 'Slack sent what cannot be read');
      return void response.writeHead(400).end();
    }
    // The receiver takes the body that has been read already, and of a check of TLS nothing else than that it is one.
    receiver.requestListener(Object.assign(request, { rawBody: body }), response);
  };
  return {
    receiver,
    ready: () => started,
    async start() {
      mount(REQUEST_PATH, listener, (request) => maySign(request) || mayBeSslCheck(request));
      started = true;
    },
    async stop() {
      started = false;
    },
  };
}

/** Counts, and tells at most once a minute how many there were. */
function createTally(tell: (count: number) => void) {
  let [count, toldAt] = [0, Number.NEGATIVE_INFINITY];
  return {
    add(now = performance.now()): void {
      count += 1;
      if (now - toldAt < 60_000) return;
      tell(count);
      [count, toldAt] = [0, now];
    },
  };
}

/** Whether the headers are those of a signature, and not too old, as Slack says: the body tells the rest. */
const maySign = ({ headers }: IncomingMessage): boolean =>
  /^v0=[\da-f]{64}$/.test(String(headers['x-slack-signature'])) &&
  Math.abs(Date.now() / 1000 - Number(headers['x-slack-request-timestamp'])) <= 300;

/** Slack checks the TLS of a command's address now and then by a short form that it does not sign. */
const mayBeSslCheck = ({ headers }: IncomingMessage): boolean =>
  headers['content-type'] === 'application/x-www-form-urlencoded' &&
  Number(headers['content-length']) <= MAX_SSL_CHECK_BYTES;
const MAX_SSL_CHECK_BYTES = 200;
const isSslCheck = (body: Buffer): boolean =>
  body.length <= MAX_SSL_CHECK_BYTES && new URLSearchParams(body.toString()).get('ssl_check') === '1';

const isSigned = ({ headers }: IncomingMessage, body: Buffer, signingSecret: string): boolean =>
  isValidSlackRequest({
    signingSecret,
    body: body.toString(),
    headers: {
      'x-slack-signature': String(headers['x-slack-signature']),
      'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
    },
  });

/**
 * Whether the JSON of a body (or of the form's field `payload`) is an object, as Bolt's receiver assumes: for anything else
 * it throws a rejection that nobody catches. True for what is not JSON, which the receiver refuses itself.
 */
function holdsObject(body: Buffer): boolean {
  const text = body.toString();
  const json = new URLSearchParams(text).get('payload') ?? text;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null;
  } catch {
    return true;
  }
}
