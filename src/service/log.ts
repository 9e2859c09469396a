import { type DestinationStream, type LogFn, type Logger, pino } from 'pino';
import { createScrubber } from '../secrets.ts';
import { discreet } from './discreet.ts';
import { type Plain, plain } from './plain.ts';

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
        const written = rest.map((value) => (typeof value === 'object' ? plain(value) : value));
        Reflect.apply(write, this, [first, ...written]);
      },
      streamWrite: (line: string) => discreetLine(line, scrub),
    },
  };
  // Written at once: what pino itself would write later comes out of order, or not at all, when the process ends.
  return withPlainChildren(pino(options, destination ?? pino.destination({ fd: 1, sync: true })));
}

function fieldsOf(given: object): Record<string, unknown> {
  const fields = plain(given);
  return isRecord(fields) ? fields : { value: fields };
}

const isRecord = (value: Plain): value is { readonly [key: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** pino writes the bindings of a child without asking the formatter. */
const withPlainChildren = (logger: Logger): Log =>
  Object.assign(Object.create(logger) as Logger, {
    child: (bindings: Record<string, unknown>) => withPlainChildren(logger.child(fieldsOf(bindings))),
  });

function discreetLine(line: string, scrub: (text: string) => string): string {
  try {
    // Ours, and no text: it would be touched where a secret looks like a part of it.
    const { level, time, ...said } = JSON.parse(line) as Record<string, Plain>;
    const told = discreet(said, { scrub, personal: Number(level) < INFO }) as Record<string, Plain>;
    return `${JSON.stringify({ level: LABELS[Number(level)] ?? 'info', time, ...told })}\n`;
  } catch {
    return `${JSON.stringify({ level: 'error', msg: 'A line of the log could not be read, and was left out.' })}\n`;
  }
}

const LABELS: Readonly<Record<number, string>> = pino.levels.labels;
