import { SpotterError } from '../../errors.ts';
import type { Entry } from './schema.ts';

/** What a reference means: a model, and one of its variants where one was named. */
export interface Referred {
  readonly entry: Entry;
  readonly variant?: string;
}

/**
 * Reads "id", "id@variant", or the kind of a specialist instead of the id, which means its first model.
 * @throws SpotterError unknown-model, with what may have been meant
 */
export function resolveReference(entries: readonly Entry[], reference: string): Referred {
  const at = reference.indexOf('@');
  const id = at < 0 ? reference : reference.slice(0, at);
  const entry =
    entries.find((known) => known.id === id) ?? entries.find(({ specialist }) => specialist === id);
  if (!entry) {
    const names = new Set(entries.flatMap((known) => [known.id, known.specialist]));
    throw unknown(`There is no model "${id}".`, id, [...names], 'See "spotter models list".');
  }
  if (at < 0) return { entry };
  const variant = reference.slice(at + 1);
  if (Object.hasOwn(entry.variants, variant)) return { entry, variant };
  const variants = Object.keys(entry.variants);
  throw unknown(
    `The model "${entry.id}" has no variant "${variant}".`,
    variant,
    variants,
    `It has ${variants.join(', ')}.`,
  );
}

function unknown(sentence: string, asked: string, names: readonly string[], advice: string): SpotterError {
  const near = closest(asked.toLowerCase(), names);
  return new SpotterError('unknown-model', sentence, near ? `Did you mean ${near}? ${advice}` : advice);
}

/** The name that has what was asked in it, or that a slip of the finger or two turns into it. */
function closest(asked: string, names: readonly string[]): string | undefined {
  const begun = asked.length >= 2 ? names.find((name) => name.includes(asked)) : undefined;
  if (begun) return begun;
  const ranked = names
    .map((name) => ({ name, slips: distance(asked, name) }))
    .filter(({ name, slips }) => slips <= Math.min(3, name.length / 3))
    .sort((a, b) => a.slips - b.slips);
  return ranked[0]?.name;
}

/** Letters to insert, drop or replace to get from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
