import { createHmac, randomBytes } from 'node:crypto';
import type { Plain } from './plain.ts';

/** Fields whose values are secrets by their name, wherever they are: "token", "botToken", "Set-Cookie", "api_key". */
const SECRET_FIELD =
  /(?:authorization|token|signature|passphrase|(?:cookie|secret|passw(?:or)?d|credential|(?:api|private|signing|access)[-_ ]?key)s?)$/i;

/** Fields that carry what people write, or what an answer says of it. */
const PERSONAL_FIELD =
  /^(?:expression|text|phrase|words|sentence|said|reason|caption|content|alt|unresolved|pictures?|verdict|trace|candidates|considered|(?:file|user|display)[-_]?name|.*ur[il]|href|links?)$/i;

const DATA_LINK = /\bdata:[^\s"'<>]*/gi;
/** Not the files of stack traces. */
const LINK =
  /\b(?!file:\/\/)([a-z][a-z\d+.-]{1,20}:\/\/)(?:[^\s"'<>/?#\\]*@)?([^\s"'<>/?#\\@]*)([^\s"'<>\\]*)/gi;
/** Quotations, with all between them, as some have quotes within: JSON.parse quotes what it cannot read. */
const QUOTED = /".*"/s;

const LONGEST = 4000;
const UNREADABLY_LONG = 20_000;

/** Fingerprints can be compared as long as the process lives, and not guessed by hashing what somebody may have asked. */
const SALT = randomBytes(16);

export interface Fingerprint {
  readonly hash: string;
  readonly length: number;
}

/** Tells texts apart without telling them: a hash, and the number of UTF-16 units. */
export const fingerprint = (text: string): Fingerprint => ({
  hash: createHmac('sha256', SALT).update(text).digest('hex').slice(0, 12),
  length: text.length,
});

export interface Discretion {
  readonly scrub: (text: string) => string;
  /** Whether what people write may be told, and where their pictures are. */
  readonly personal: boolean;
}

/** A copy without secrets; without `personal` also without what people write, of which fingerprints remain. */
export function discreet(value: Plain, { scrub, personal }: Discretion): Plain {
  const told = (text: string, field: string): Plain => {
    if (text.length > UNREADABLY_LONG) return `[${text.length} characters]`;
    const links = scrub(text)
      .replace(DATA_LINK, 'data:…')
      .replace(LINK, personal ? withoutSecretParts : hostOnly);
    const said = !personal && ERROR_FIELDS.has(field) ? links.replace(QUOTED, '"…"') : links;
    return said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said;
  };
  const walk = (item: Plain, field: string, isPersonal: boolean): Plain => {
    if (typeof item === 'string') return isPersonal ? { ...fingerprint(item) } : told(item, field);
    if (typeof item === 'number') return scrub(String(item)) === String(item) ? item : '[key]';
    if (typeof item !== 'object' || item === null) return item;
    if (Array.isArray(item)) return item.map((each) => walk(each, field, isPersonal));
    return Object.fromEntries(
      Object.entries(item).map(([key, each]) => [
        told(key, ''),
        SECRET_FIELD.test(key) && typeof each !== 'boolean' && each !== null
          ? '[key]'
          : walk(each, key, isPersonal || (!personal && PERSONAL_FIELD.test(key))),
      ]),
    );
  };
  return walk(value, '', false);
}

const ERROR_FIELDS: ReadonlySet<string> = new Set(['msg', 'message', 'stack', 'hint', 'detail']);

/** Where it leads, and a mark to tell it from others. */
const hostOnly = (link: string, scheme: string, host: string): string =>
  `${scheme}${host}/…#${fingerprint(link).hash}`;

/** Queries are left out, and parts of the path that are as long as a token. */
const withoutSecretParts = (_: string, scheme: string, host: string, rest: string): string =>
  `${scheme}${host}${rest.replace(/[?#].*$/s, '?…').replace(/[^/]{21,}/g, '…')}`;
