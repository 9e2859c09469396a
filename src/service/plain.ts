/** What JSON can carry. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

const DEEPEST = 8;
const MOST = 100;

/**
 * Anything as what JSON can carry, for a log: errors with their causes, collections and headers as their entries, bytes
 * as their number; never throws, whatever a getter or a toJSON does.
 */
export const plain = (value: unknown): Plain => plainWithin(value, []);

function plainWithin(value: unknown, around: readonly object[]): Plain {
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

function ofObject(value: object, around: readonly object[]): Plain {
  const inner = (item: unknown) => plainWithin(item, around);
  if (value instanceof Error) return ofError(value, inner);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof URL || value instanceof RegExp) return String(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value) || value instanceof Set) return [...value].slice(0, MOST).map(inner);
  if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams) {
    return named(
      [...value].map(([key, item]) => [String(key), item]),
      inner,
    );
  }
  return named(Object.entries(value), inner);
}

/** Its stack and message, its cause and whatever else it carries; an AggregateError's errors, too. */
function ofError(error: Error, inner: (value: unknown) => Plain): Plain {
  const { name, message, stack, cause, errors } = error as Error & { readonly errors?: unknown };
  const known = { type: error.constructor?.name || name, message, stack, cause, errors };
  return named(Object.entries({ ...error, ...known }), inner);
}

const named = (entries: readonly (readonly [string, unknown])[], inner: (value: unknown) => Plain): Plain =>
  Object.fromEntries(
    entries
      .filter(([, value]) => value !== undefined && typeof value !== 'function')
      .slice(0, MOST)
      .map(([key, value]) => [key, inner(value)]),
  );
