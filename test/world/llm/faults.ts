import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** What goes wrong, and the particulars that some faults have. */
export interface Fault {
  readonly fault: FaultName;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** Where a redirect leads to. */
  readonly location?: string;
  /** How long "slow" waits, in milliseconds. */
  readonly ms?: number;
}

interface Context {
  readonly fault: Fault;
  readonly headers: IncomingHttpHeaders;
  /** What would have been answered. */
  readonly good: { readonly choices: readonly object[] };
}

type Effect = (response: ServerResponse, context: Context) => void | Promise<void>;

const json = (response: ServerResponse, body: unknown, status = 200, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

const error = (message: string, code = 'stand_in'): object => ({
  error: { message, type: 'server_error', param: null, code },
});

/** A good answer with something changed in its only choice. */
const changed =
  (change: object, inMessage?: object): Effect =>
  (response, { good }) => {
    const [choice = {}] = good.choices as { message?: object }[];
    const message = { ...choice.message, ...inMessage };
    json(response, { ...good, choices: [{ ...choice, ...change, message }] });
  };

const body =
  (of: (good: Context['good']) => unknown): Effect =>
  (response, { good }) =>
    json(response, of(good));

const raw =
  (text: string | Buffer, headers: Readonly<Record<string, string>>): Effect =>
  (response) => {
    response.writeHead(200, headers).end(text);
  };

const JSON_TYPE = { 'content-type': 'application/json' };

export const FAULTS = {
  // Nothing, or not all, comes:
  drop: (response) => void response.socket?.destroy(),
  reset: (response) => void response.socket?.resetAndDestroy(),
  stall: () => {},
  'stall-headers': (response) => void response.socket?.write('HTTP/1.1 200 OK\r\ncontent-ty'),
  'stall-body': (response) => void response.writeHead(200, JSON_TYPE).write('{"id":'),
  'cut-body': (response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' }).write('{"id":"chatcmpl-1","choi');
    setTimeout(() => response.socket?.destroy(), 20);
  },
  drip: async (response) => {
    response.writeHead(200, JSON_TYPE);
    for (; !response.destroyed; await sleep(10)) response.write(' ');
  },
  'drip-headers': async (response) => {
    response.socket?.write('HTTP/1.1 200 OK\r\nx-long: ');
    for (; response.socket && !response.socket.destroyed; await sleep(10)) response.socket.write('x');
  },
  slow: async (response, { fault, good }) => {
    await sleep(fault.ms ?? 100);
    json(response, good);
  },
  // Something else comes:
  html: raw('<!DOCTYPE html><html><body>Please log in.</body></html>', { 'content-type': 'text/html' }),
  'not-json': raw('{"id":"chatcmpl-1", oops', JSON_TYPE),
  nothing: raw('', JSON_TYPE),
  'error-200': body(() => error('The model is loading.')),
  'no-choices': body(({ choices, ...rest }) => rest),
  'empty-choices': body((good) => ({ ...good, choices: [] })),
  null: body(() => null),
  'wrong-types': changed({}, { content: 42 }),
  'choices-object': body((good) => ({ ...good, choices: { 0: good.choices[0] } })),
  empty: changed({}, { content: '' }),
  blank: changed({}, { content: ' \n' }),
  'null-content': changed({}, { content: null }),
  'broken-logprobs': changed({ logprobs: { content: [{ token: 7, logprob: 'x' }] } }),
  huge: (response) => {
    response.writeHead(200, JSON_TYPE);
    const more = (): void => {
      while (!response.destroyed && response.write(' '.repeat(2 ** 16)));
    };
    response.on('drain', more);
    more();
  },
  'gzip-bomb': raw(gzipSync(Buffer.alloc(64 * 2 ** 20, ' ')), { ...JSON_TYPE, 'content-encoding': 'gzip' }),
  // It is turned down:
  redirect: (response, { fault }) =>
    void response
      .writeHead(fault.status ?? 307, { location: fault.location ?? 'http://127.0.0.1:9/v1' })
      .end(),
  status: (response, { fault }) =>
    json(response, error(fault.message ?? 'scripted'), fault.status ?? 500, fault.headers),
  'rate-limit': (response, { fault }) =>
    json(response, error('Rate limit reached.', 'rate_limit_exceeded'), 429, fault.headers),
  quota: (response) => json(response, error('You exceeded your current quota.', 'insufficient_quota'), 429),
  'filtered-prompt': (response) => json(response, error('The prompt was filtered.', 'content_filter'), 400),
  refusal: changed({}, { content: null, refusal: "I'm sorry, I can't help with that." }),
  'content-filter': changed({ finish_reason: 'content_filter' }, { content: '' }),
  // It gives back what it was given, in every form:
  'leak-key': (response, { headers, fault }) => {
    const key = String(headers['api-key'] ?? headers.authorization ?? '');
    const bare = key.replace(/^Bearer /, '');
    const forms = [key, bare, encodeURIComponent(bare), Buffer.from(bare).toString('base64')];
    const said = error(`Incorrect API key provided: ${forms.join(' ')}`);
    json(response, said, fault.status ?? 401, {
      'x-your-key': bare,
      'www-authenticate': `Bearer key="${bare}"`,
    });
  },
  'leak-key-text': (response, { headers }) => {
    response.writeHead(200, JSON_TYPE).end(`Your headers: ${JSON.stringify(headers)}`);
  },
} satisfies Record<string, Effect>;
export type FaultName = keyof typeof FAULTS;

export const apply = (response: ServerResponse, context: Context): void | Promise<void> =>
  (FAULTS[context.fault.fault] as Effect)(response, context);
