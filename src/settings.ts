import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SpotterError } from './errors.ts';
import { NotAFile, readTextFile } from './files.ts';

export const text = z.string().trim().min(1);
export const url = z.url({ protocol: /^https?$/ });
/** A number, or one as people write it; Number would make one of nothing at all. */
export const number = z.union([
  z.number(),
  z
    .string()
    .trim()
    .regex(/^\d{1,10}(\.\d{1,6})?$/, 'is no number')
    .transform(Number),
]);
export const flag = z.union([z.boolean(), z.stringbool()]);

/** Settings by name: the variable of the environment that carries each, and what it may be. */
export type Table = Readonly<Record<string, readonly [variable: string, schema: z.ZodType]>>;
export type Values<T extends Table> = { readonly [K in keyof T]: z.infer<T[K][1]> };

export interface Sources<K extends PropertyKey = string> {
  /** Given for this one call; wins over everything. */
  readonly flags?: { readonly [N in K]?: unknown };
  /** Wins over the file; an empty variable counts as not set. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Section {
  /** Where in the file these settings stand; at the top unless told. */
  readonly section?: string;
  /** What else may stand beside them. */
  readonly ignored?: readonly string[];
}

/**
 * Reads settings: flags win over the environment, the environment over the file, the file over what is
 * usual. The file is JSON, {"specialist": "…"}, where SPOTTER_CONFIG says or in the user's folder for settings;
 * never in the working directory, which may be somebody else's.
 * @throws SpotterError bad-config, naming everything that is wrong, but no value: it may be a secret
 */
export function readSettings<T extends Table>(
  table: T,
  { flags = {}, env = {} }: Sources<keyof T & string>,
  { section, ignored = [] }: Section = {},
): Values<T> {
  const file = readFile(env, section);
  const names = Object.keys(table);
  const wrong = Object.keys(file.settings)
    .filter((key) => !names.includes(key) && !ignored.includes(key))
    .map((key) => `${file.path}: "${key}" is no setting`);
  const entries = names.map((name) => {
    const [variable, schema] = table[name]!;
    const given = [
      ['the command line', (flags as Record<string, unknown>)[name]],
      [variable, env[variable] || undefined],
      [`${file.path}, ${name}`, file.settings[name]],
    ].find(([, value]) => value !== undefined) ?? [variable, undefined];
    const read = schema.safeParse(given[1]);
    if (!read.success) wrong.push(`${given[0]}: ${read.error.issues.map((i) => i.message).join('; ')}`);
    return [name, read.data];
  });
  if (wrong.length === 0) return Object.fromEntries(entries) as Values<T>;
  throw badConfig(wrong);
}

interface SettingsFile {
  readonly path: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

const JsonObject = z.record(z.string(), z.unknown());

function readFile(env: NodeJS.ProcessEnv, section: string | undefined): SettingsFile {
  const folder = env.XDG_CONFIG_HOME || join(homedir(), '.config');
  const path = env.SPOTTER_CONFIG || join(folder, 'spotter', 'config.json');
  let content: string;
  try {
    content = readTextFile(path);
  } catch (cause) {
    if (!env.SPOTTER_CONFIG && (cause as NodeJS.ErrnoException).code === 'ENOENT')
      return { path, settings: {} };
    throw badConfig(
      [`${path} cannot be read${cause instanceof NotAFile ? `: ${cause.message}` : ''}`],
      cause,
    );
  }
  try {
    const whole = JsonObject.parse(JSON.parse(content));
    return { path, settings: section === undefined ? whole : JsonObject.parse(whole[section] ?? {}) };
  } catch {
    // What JSON.parse says quotes the file, and so may quote a secret.
    throw badConfig([`${path} is not a JSON object`]);
  }
}

const badConfig = (wrong: readonly string[], cause?: unknown): SpotterError =>
  new SpotterError(
    'bad-config',
    wrong.length === 1 ? 'A setting cannot be used.' : `${wrong.length} settings cannot be used.`,
    wrong.join(' · '),
    cause,
  );
