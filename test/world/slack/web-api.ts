import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, formOf, json, parsed } from '../http.ts';
import type { Troubles } from '../troubles.ts';
import { Refusal } from './errors.ts';
import type { Args, Methods } from './methods.ts';
import { CHAT } from './methods-chat.ts';
import { FILES } from './methods-files.ts';
import { OTHER } from './methods-other.ts';
import { respond } from './response-urls.ts';
import { SCOPES } from './scopes.ts';
import type { World } from './world.ts';

const METHODS: Methods = { ...CHAT, ...FILES, ...OTHER };

export interface Parts {
  readonly world: World;
  readonly troubles: Troubles;
  /** A new address for a connection of Socket Mode; undefined where the bot is not in that mode. */
  readonly ticket: (() => string) | undefined;
}

/** Answers one request of the bot, and notes it. */
export async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world, troubles } = parts;
  const at = Date.now();
  const { pathname } = new URL(request.url ?? '', world.origin);
  const what = pathname.replace(/^\/api\//, '').replace(/^\/response\/.*/, 'response_url');
  const args = readArgs(String(await bodyOf(request)), request.headers['content-type'] ?? '');
  const note = (status: number, answer: unknown): void => {
    world.calls.push({ at, what, sent: args, status, answer });
    world.watch.changed();
  };
  const answer = (status: number, body: object, headers: Record<string, string> = {}): void => {
    note(status, body);
    json(response, status, body, headers);
  };
  const hit = troubles.hit(what);
  if (hit?.kind === 'hang-up') {
    note(0, undefined);
    request.socket.destroy();
    return;
  }
  if (hit?.kind === 'refuse') return answer(200, { ok: false, error: 'unknown_method' });
  if (hit?.kind === 'down') return answer(503, { ok: false, error: 'service_unavailable' });
  if (hit) {
    return answer(
      429,
      { ok: false, error: 'ratelimited' },
      { 'retry-after': String(Math.ceil(hit.seconds)) },
    );
  }
  if (what === 'response_url') {
    const { status, body } = respond(world, pathname.split('/').at(-1) ?? '', args);
    return answer(status, body);
  }
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? String(args.token ?? '');
  const scopes = { 'x-oauth-scopes': [...world.scopes].join(',') };
  try {
    answer(200, { ok: true, ...(await call(parts, what, args, token)) }, scopes);
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    answer(200, { ok: false, error: thrown.error, ...thrown.more }, scopes);
  }
}

async function call({ world, ticket }: Parts, what: string, args: Args, token: string): Promise<object> {
  if (token === '') throw new Refusal('not_authed');
  const { botToken, appToken } = world.settings;
  if (token !== botToken && token !== appToken) throw new Refusal('invalid_auth');
  if (what === 'apps.connections.open') {
    if (token !== appToken) throw new Refusal('not_allowed_token_type');
    if (!ticket) throw new Refusal('socket_mode_not_enabled');
    return { url: ticket() };
  }
  const method = METHODS[what];
  if (!method) throw new Refusal('unknown_method', { req_method: what });
  if (token !== botToken) throw new Refusal('not_allowed_token_type');
  const needed = neededFor(world, what, args);
  if (needed !== undefined && !world.scopes.has(needed)) {
    throw new Refusal('missing_scope', { needed, provided: [...world.scopes].join(',') });
  }
  const refused = world.settings.refused[what];
  if (refused !== undefined) throw new Refusal(refused);
  return method(world, args);
}

function neededFor(world: World, what: string, args: Args): string | undefined {
  const needs = SCOPES[what];
  if (typeof needs !== 'object') return needs;
  return needs[world.conversations.get(String(args.channel))?.kind ?? 'channel'];
}

/** In a form everything is text, and what is more than text is JSON. */
const STRUCTURED = new Set(['blocks', 'attachments', 'view', 'files', 'metadata']);

function readArgs(body: string, type: string): Args {
  if (type.startsWith('application/json')) return (parsed(body) ?? {}) as Args;
  const entries = [...new URLSearchParams(body)].map(([key, value]) => [
    key,
    STRUCTURED.has(key) ? parsed(value) : value,
  ]);
  return Object.fromEntries(entries);
}

/** Takes the bytes of an upload, as they are or in a form. @returns whether it was one */
export async function takeUpload(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const id = /^\/upload\/v1\/(\w+)$/.exec(request.url ?? '')?.[1];
  if (request.method !== 'POST' || id === undefined) return false;
  const upload = world.uploads.get(id);
  const body = await bodyOf(request);
  const type = request.headers['content-type'] ?? '';
  const bytes = type.startsWith('multipart/form-data') ? (await formOf(body, type)).files[0]?.bytes : body;
  // What was announced is what must come.
  if (!upload || bytes?.length !== upload.length) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end('The upload is not what was announced.');
    return true;
  }
  upload.bytes = bytes;
  response.writeHead(200, { 'content-type': 'text/plain' }).end(`OK - ${bytes.length}`);
  return true;
}
