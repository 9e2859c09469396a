import { createHmac, randomBytes } from 'node:crypto';
import { type DestinationStream, type LogFn, type Logger, pino } from 'pino';
import { createScrubber } from '../secrets.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

interface Write {
  (fields: object, message?: string): void;
  (message: string, ...values: readonly unknown[]): void;
}

/** Writes events: `log.info({ platform, ms }, 'answered')`. */
export interface Log extends Readonly<Record<Exclude<LogLevel, 'silent'>, Write>> {
  readonly level: string;
  child(bindings: Record<string, unknown>): Log;
}

export interface LogOptions {
  /** `info` unless told. From there on nothing tells what people write, or where their pictures are. */
  readonly level?: LogLevel;
  /** Standard output unless told. */
  readonly destination?: DestinationStream;
  /** Values that never appear, at any level: tokens, keys, passwords, addresses with passwords. */
  readonly secrets?: readonly string[];
}

const INFO = 30;

/**
 * A log of JSON lines. Each line is made discreet as a whole, after pino has written it: so it does not matter whether a
 * secret came in a field, a message, a child's bindings, an error's cause or a library's own text.
 */
export function createLog({ level = 'info', destination, secrets = [] }: LogOptions = {}): Log {
  const scrub = createScrubber(secrets);
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // What plain() makes of errors is final.
    serializers: { err: (error: unknown) => error },
    formatters: { log: fieldsOf },
    hooks: {
      // What is put into a message by its place would be written by pino, bytes as numbers.
      logMethod(args: Parameters<LogFn>, write: LogFn) {
        const [first, ...rest] = args as unknown[];
        const written = rest.map((value) => (typeof value === 'object' ? toJsonSafe(value) : value));
        Reflect.apply(write, this, [first, ...written]);
      },
      streamWrite: (line: string) => redactLine(line, scrub),
    },
  };
  // Written at once: what pino itself would write later comes out of order, or not at all, when the process ends.
  return withJsonSafeChildren(pino(options, destination ?? pino.destination({ fd: 1, sync: true })));
}

function fieldsOf(given: object): Record<string, unknown> {
  const fields = toJsonSafe(given);
  return isRecord(fields) ? fields : { value: fields };
}

const isRecord = (value: JsonSafe): value is { readonly [key: string]: JsonSafe } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** pino writes the bindings of a child without asking the formatter. */
const withJsonSafeChildren = (logger: Logger): Log =>
  Object.assign(Object.create(logger) as Logger, {
    child: (bindings: Record<string, unknown>) => withJsonSafeChildren(logger.child(fieldsOf(bindings))),
  });

function redactLine(line: string, scrub: (text: string) => string): string {
  try {
    // Ours, and no text: it would be touched where a secret looks like a part of it.
    const { level, time, ...said } = JSON.parse(line) as Record<string, JsonSafe>;
    const told = redactFields(said, { scrub, personal: Number(level) < INFO }) as Record<string, JsonSafe>;
    return `${JSON.stringify({ level: LABELS[Number(level)] ?? 'info', time, ...told })}\n`;
  } catch {
    return `${JSON.stringify({ level: 'error', msg: 'A line of the log could not be read, and was left out.' })}\n`;
  }
}

const LABELS: Readonly<Record<number, string>> = pino.levels.labels;

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

const MAX_LENGTH = 4000;
const UNREADABLY_LONG = 20_000;

/** Fingerprints can be compared as long as the process lives, and not guessed by hashing what somebody may have asked. */
const SALT = randomBytes(16);

export interface Fingerprint {
  readonly hash: string;
  readonly length: number;
}

/** Tells texts apart without telling them: a hash, and the number of UTF-16 units. */
const fingerprint = (text: string): Fingerprint => ({
  hash: createHmac('sha256', SALT).update(text).digest('hex').slice(0, 12),
  length: text.length,
});

export interface RedactionOptions {
  readonly scrub: (text: string) => string;
  /** Whether what people write may be told, and where their pictures are. */
  readonly personal: boolean;
}

/** A copy without secrets; without `personal` also without what people write, of which fingerprints remain. */
export function redactFields(value: JsonSafe, { scrub, personal }: RedactionOptions): JsonSafe {
  const told = (text: string, field: string): JsonSafe => {
    if (text.length > UNREADABLY_LONG) return `[${text.length} characters]`;
    const links = scrub(text)
      .replace(DATA_LINK, 'data:…')
      .replace(LINK, personal ? withoutSecretParts : hostOnly);
    const said = !personal && ERROR_FIELDS.has(field) ? links.replace(QUOTED, '"…"') : links;
    return said.length > MAX_LENGTH ? `${said.slice(0, MAX_LENGTH)}…` : said;
  };
  const walk = (item: JsonSafe, field: string, isPersonal: boolean): JsonSafe => {
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

/** What JSON can carry. */
export type JsonSafe =
  | string
  | number
  | boolean
  | null
  | readonly JsonSafe[]
  | { readonly [key: string]: JsonSafe };

const DEEPEST = 8;
const MAX_ENTRIES = 100;

/**
 * Anything as what JSON can carry, for a log: errors with their causes, collections and headers as their entries, bytes
 * as their number; never throws, whatever a getter or a toJSON does.
 */
const toJsonSafe = (value: unknown): JsonSafe => toJsonSafeWithin(value, []);

function toJsonSafeWithin(value: unknown, around: readonly object[]): JsonSafe {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object') return typeof value === 'function' ? '[function]' : String(value);
  if (around.includes(value)) return '[circular]';
  if (around.length >= DEEPEST) return '[deep]';
  try {
    return ofObject(value, [...around, value]);
  } catch {
    return '[unreadable]';
  }
}

function ofObject(value: object, around: readonly object[]): JsonSafe {
  const inner = (item: unknown) => toJsonSafeWithin(item, around);
  if (value instanceof Error) return ofError(value, inner);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof URL || value instanceof RegExp) return String(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value) || value instanceof Set) return [...value].slice(0, MAX_ENTRIES).map(inner);
  if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams) {
    return named(
      [...value].map(([key, item]) => [String(key), item]),
      inner,
    );
  }
  return named(Object.entries(value), inner);
}

/** Its stack and message, its cause and whatever else it carries; an AggregateError's errors, too. */
function ofError(error: Error, inner: (value: unknown) => JsonSafe): JsonSafe {
  const { name, message, stack, cause, errors } = error as Error & { readonly errors?: unknown };
  const known = { type: error.constructor?.name || name, message, stack, cause, errors };
  return named(Object.entries({ ...error, ...known }), inner);
}

const named = (
  entries: readonly (readonly [string, unknown])[],
  inner: (value: unknown) => JsonSafe,
): JsonSafe =>
  Object.fromEntries(
    entries
      .filter(([, value]) => value !== undefined && typeof value !== 'function')
      .slice(0, MAX_ENTRIES)
      .map(([key, value]) => [key, inner(value)]),
  );
