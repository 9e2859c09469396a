import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apply, type Fault, type FaultName } from './faults.ts';
import { POLICIES } from './policies.ts';
import { seeded } from './random.ts';
import { completion } from './reply.ts';
import { type Policy, type Seen, see } from './seen.ts';
import { DIALECT, type Dialect, Refusal, readRequest } from './wire.ts';

export interface StandInOptions {
  /** How it answers; echoes unless told. */
  readonly policy?: Policy;
  readonly dialect?: Partial<Dialect>;
  /** Faults by chance: how often (0..1), which, and the seed of the chance. */
  readonly faults?: { readonly rate: number; readonly of: readonly FaultName[]; readonly seed?: number };
  readonly port?: number;
}

export interface Received {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** Where the request was a good one. */
  readonly seen?: Seen;
}

/** A server that speaks like OpenAI's, and answers by policy instead of by a model. */
export interface StandIn {
  /** "http://127.0.0.1:PORT/v1" */
  readonly baseURL: string;
  /** All requests, in the order they came. */
  readonly received: readonly Received[];
  /** Completions that were asked for: how often the model was called. */
  readonly calls: number;
  /** What happens to the next completions, one after the other; undefined is a good answer. */
  script(...faults: readonly (Fault | FaultName | undefined)[]): void;
  close(): Promise<void>;
}

const MAX_BYTES = 50 * 2 ** 20;

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { policy = POLICIES.echo!, faults, port = 0 } = options;
  const dialect = { ...DIALECT, ...options.dialect };
  const random = seeded(faults?.seed ?? 1);
  const received: Received[] = [];
  let script: (Fault | undefined)[] = [];

  function byChance(): Fault | undefined {
    if (!faults || random() >= faults.rate) return undefined;
    return { fault: faults.of[Math.floor(random() * faults.of.length)]! };
  }

  async function complete(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    // Synchronously after it was noted, so that it is this one.
    const at = received.length - 1;
    const seen = await see(readRequest(body, dialect));
    received[at] = { ...received[at]!, seen };
    const scripted = script.length > 0 ? script.shift() : byChance();
    const said = await policy(seen);
    const fault = scripted ?? ('fault' in said ? said : undefined);
    const good = completion(seen, 'fault' in said ? { text: '' } : said, dialect) as { choices: object[] };
    if (fault) return apply(response, { fault, headers: request.headers, good });
    json(response, 200, good);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const text = await readBody(request);
    received.push({ method, path: url, headers, body: parsed(text) });
    checkKey(headers, dialect);
    const { pathname } = new URL(url, 'http://stand-in');
    if (method === 'GET' && pathname.endsWith('/models') && dialect.listsModels) {
      return json(response, 200, listOf(dialect));
    }
    if (method !== 'POST' || !pathname.endsWith('/chat/completions'))
      throw new Refusal(404, `Unknown request URL: ${method} ${pathname}.`);
    const body = parsed(text);
    if (body === undefined) throw new Refusal(400, 'We could not parse the JSON body of your request.');
    return complete(request, response, body);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((thrown) => {
      const refusal = thrown instanceof Refusal ? thrown : new Refusal(500, String(thrown));
      if (!response.headersSent) json(response, refusal.status, inDialect(refusal, dialect));
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    received,
    get calls() {
      return received.filter(({ path }) => path.includes('/chat/completions')).length;
    },
    script: (...next) => {
      script = next.map((each) => (typeof each === 'string' ? { fault: each } : each));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Refusal(413, 'The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checkKey(headers: IncomingHttpHeaders, { key, keyHeader }: Dialect): void {
  if (key === undefined) return;
  if (headers[keyHeader] !== (keyHeader === 'api-key' ? key : `Bearer ${key}`))
    throw new Refusal(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });
}

const listOf = ({ models, ownedBy }: Dialect): object => ({
  object: 'list',
  data: models.map((id) => ({ id, object: 'model', created: 1, owned_by: ownedBy })),
});

function inDialect({ error }: Refusal, { errors }: Dialect): object {
  const forms = {
    openai: () => ({ error: { param: null, code: null, ...error } }),
    detail: () => ({ detail: error.message }),
    plain: () => ({ error: error.message }),
  };
  return forms[errors]();
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
