import { isIP } from 'node:net';
import type { Context, MiddlewareHandler } from 'hono';
import { SpotterError } from '../../../src/errors.ts';
import { isSame } from '../../../src/secrets.ts';
import type { Token } from '../settings.ts';
import { answerProblem } from './problems.ts';

/** What is known of a request: who asks. */
export interface Env {
  Variables: { asker: string };
}

/** The asker where no tokens are set; no token has this name. */
export const LOCAL = '';

/**
 * Answers only to the names that it is meant to have: a page of another name that was made to lead here (DNS rebinding)
 * could read the answers otherwise. An address is no name.
 */
export function onlyKnownHosts(names: readonly string[]): MiddlewareHandler {
  const bare = (name: string): string => name.toLowerCase().replace(/\.$/, '');
  const known = new Set(['localhost', ...names.map(bare)]);
  return async (c, next) => {
    const host = hostOf(`http://${bare(c.req.header('host') ?? '')}`);
    if (host !== undefined && (isIP(host) > 0 || known.has(host))) return next();
    return answerProblem(
      c,
      new SpotterError(
        'not-allowed',
        'I do not answer to this host name.',
        'The operator can allow it with SPOTTER_WEB_NAMES.',
      ),
      421,
    );
  };
}

/** The host name of an address, without brackets. */
function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : undefined;
}

/** What another page's script sends is refused, whatever token or cookie goes with it. */
export const noOtherPages: MiddlewareHandler = async (c, next) => {
  const { origin, 'sec-fetch-site': site } = c.req.header();
  const isForeign =
    origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== c.req.header('host'));
  if (!isForeign && site !== 'cross-site') return next();
  return answerProblem(c, new SpotterError('not-allowed', 'Pages of other sites may not ask here.'));
};

/** Finds out who asks by their token; where there are no tokens, everybody who reaches this is the same one. */
export function onlyWithToken(tokens: readonly Token[]): MiddlewareHandler<Env> {
  return async (c, next) => {
    const [, shown = ''] = /^bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    // All are compared, so that the time tells nothing.
    const [owner] = tokens.filter(({ secret }) => isSame(shown, secret));
    if (tokens.length === 0 || owner) {
      c.set('asker', owner?.name ?? LOCAL);
      return next();
    }
    c.header('www-authenticate', 'Bearer');
    return answerProblem(
      c,
      new SpotterError('not-allowed', 'A token is needed.', 'Send it as "Authorization: Bearer …".'),
      401,
    );
  };
}

/**
 * As `onlyWithToken`, for pages that a browser opens by their address: it asks for a name, which may be any, and for the
 * token as the password.
 */
export function onlyWithPassword(tokens: readonly Token[]): MiddlewareHandler {
  return async (c, next) => {
    const [, encoded = ''] =
      /^Basic ([A-Za-z0-9+/=]{1,400})$/.exec(c.req.header('authorization') ?? '') ?? [];
    const [, ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    const shown = password.join(':');
    const matching = tokens.filter(({ secret }) => isSame(shown, secret));
    if (tokens.length === 0 || matching.length > 0) return next();
    c.header('www-authenticate', 'Basic realm="Spotter", charset="UTF-8"');
    return answerProblem(c, new SpotterError('not-allowed', 'A token is needed, as the password.'), 401);
  };
}

export const askerOf = (c: Context<Env>): string => c.get('asker');
