import * as z from 'zod';
import {
  count,
  flag,
  host,
  names,
  port,
  readSettings,
  type Sources,
  type Values,
  WEB_SECTION,
} from '../../src/config.ts';
import { SpotterError } from '../../src/errors.ts';
import { isLoopback } from '../../src/service/http.ts';

/** "alice:…": who it belongs to, and the token itself. */
const token = z
  .string()
  .regex(/^[\w.-]{1,40}:[\x21-\x7e]{16,200}$/, 'is no "name:token" of 16 characters or more');

/** Every setting of the page, the API and the tools for agents. */
export const WEB_SETTINGS = {
  /** Where they are answered; nothing is listened to unless set. */
  webPort: ['SPOTTER_WEB_PORT', port.optional()],
  /** The address; only this machine reaches it unless set, to 0.0.0.0 for example. */
  webHost: ['SPOTTER_WEB_HOST', host],
  /** Who may ask, "alice:token,bob:token"; needed where others reach the address. */
  webTokens: ['SPOTTER_WEB_TOKENS', names.pipe(z.array(token)).default([])],
  /** Names by which it is reached, besides its address: "spotter.example.org". */
  webNames: ['SPOTTER_WEB_NAMES', names.default([])],
  /** Questions of one asker in a minute. */
  webPerMinute: ['SPOTTER_WEB_PER_MINUTE', count.default(600)],
  /** Questions that may wait. */
  webWaiting: ['SPOTTER_WEB_WAITING', count.default(512)],
} as const;

export type WebSettings = Values<typeof WEB_SETTINGS>;

/** Settings of the bot that count here, too, where this is served alone. */
const SHARED = {
  links: ['SPOTTER_LINKS', flag.default(false)],
  atOnce: ['SPOTTER_AT_ONCE', count.default(2)],
} as const;

export type AloneSettings = WebSettings & Values<typeof SHARED>;

/** All that is needed where no bot runs in the same process. @throws SpotterError bad-config */
export const readAloneSettings = (sources: Sources): AloneSettings =>
  readSettings({ ...WEB_SETTINGS, ...SHARED }, sources, { section: WEB_SECTION });

/** An asker by a token. */
export interface Token {
  readonly name: string;
  readonly secret: string;
}

export const tokensOf = ({ webTokens }: Pick<WebSettings, 'webTokens'>): Token[] =>
  webTokens.map((text) => {
    const at = text.indexOf(':');
    return { name: text.slice(0, at), secret: text.slice(at + 1) };
  });

/** @throws SpotterError bad-config: others can reach it, and no token is required */
export function checkReach({ webHost, webTokens }: Pick<WebSettings, 'webHost' | 'webTokens'>): void {
  if (isLoopback(webHost) || webTokens.length > 0) return;
  throw new SpotterError(
    'bad-config',
    `Others can reach ${webHost}, and no token is asked of them.`,
    'Set SPOTTER_WEB_TOKENS to "name:token", with a token of 16 characters or more, or leave the address at 127.0.0.1.',
  );
}
