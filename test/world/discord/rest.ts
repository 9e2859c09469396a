import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from '../http.ts';
import type { Call } from '../platform.ts';
import type { Troubles } from '../troubles.ts';
import { type ErrorName, Refusal, rateLimited, refusal } from './errors.ts';
import type { Interactions } from './interactions.ts';
import { type Asking, readAsking } from './request.ts';
import { find, type Routes } from './routes.ts';
import { CHANNEL_ROUTES } from './routes-channels.ts';
import { INTERACTION_ROUTES } from './routes-interactions.ts';
import { OTHER_ROUTES } from './routes-other.ts';
import type { World } from './world.ts';

const ROUTES: Routes = { ...INTERACTION_ROUTES, ...CHANNEL_ROUTES, ...OTHER_ROUTES };

export interface Parts {
  readonly world: World;
  readonly interactions: Interactions;
  readonly troubles: Troubles;
  /** What is refused whatever it is, by a part of "METHOD /path". */
  readonly refused: Map<string, ErrorName>;
  readonly gateway: string;
}

/** Answers one request of the bot, and notes it. */
export async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world, troubles } = parts;
  const at = Date.now();
  const note = (asking: Pick<Asking, 'method' | 'path' | 'form'>, status: number, answer: unknown): void => {
    const call: Call = { at, what: `${asking.method} ${asking.path}`, sent: asking.form, status, answer };
    world.calls.push(call);
    world.watch.changed();
  };
  let asking: Asking | undefined;
  try {
    asking = await readAsking(request);
    const hit = troubles.hit(`${asking.method} ${asking.path}`);
    if (hit?.kind === 'hang-up') {
      note(asking, 0, undefined);
      return void request.socket.destroy();
    }
    if (hit?.kind === 'refuse') throw new Refusal(404, { message: '404: Not Found', code: 0 });
    if (hit)
      throw hit.kind === 'down'
        ? new Refusal(503, { message: 'Service Unavailable' })
        : rateLimited(hit.seconds);
    const answer = handle(parts, asking);
    const status = answer === undefined ? 204 : 200;
    note(asking, status, answer);
    json(response, status, answer);
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    note(
      asking ?? { method: request.method ?? '', path: request.url ?? '', form: undefined },
      thrown.status,
      thrown.body,
    );
    json(response, thrown.status, thrown.body, thrown.headers);
  }
}

function handle({ world, interactions, refused, gateway }: Parts, asking: Asking): unknown {
  for (const [of, name] of refused) {
    if (`${asking.method} ${asking.path}`.includes(of)) throw refusal(name);
  }
  const found = find(ROUTES, asking.method, asking.path);
  if (!found) throw refusal('notFound');
  if (!found.open && asking.authorization !== `Bot ${world.settings.token}`) throw refusal('unauthorized');
  return found.handler({ world, interactions, asking, at: found.at, gateway });
}
