import type { Interactions } from './interactions.ts';
import type { Asking } from './request.ts';
import type { World } from './world.ts';

/** What a route works with. */
export interface Context {
  readonly world: World;
  readonly interactions: Interactions;
  readonly asking: Asking;
  /** The parts of the path that stand in braces. */
  readonly at: Readonly<Record<string, string>>;
  /** The address of the gateway. */
  readonly gateway: string;
}

/** @returns the answer; undefined is "204 No Content". @throws Refusal */
export type Handler = (context: Context) => unknown;

/** By "METHOD /path/{name}". A path that begins with "!" needs no token of the bot: it carries one of its own. */
export type Routes = Readonly<Record<string, Handler>>;

export interface Found {
  readonly handler: Handler;
  readonly at: Readonly<Record<string, string>>;
  readonly open: boolean;
}

export function find(routes: Routes, method: string, path: string): Found | undefined {
  for (const [route, handler] of Object.entries(routes)) {
    const [verb, pattern = ''] = route.split(' ');
    if (verb !== method) continue;
    const open = pattern.startsWith('!');
    const at = match(pattern.replace('!', ''), path);
    if (at) return { handler, at, open };
  }
  return undefined;
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const at: Record<string, string> = {};
  for (const [place, part] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name) at[name] = given[place]!;
    else if (part !== given[place]) return undefined;
  }
  return at;
}
