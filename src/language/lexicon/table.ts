/** Builds a lookup from rows of "phrase | phrase | …" to a meaning; keys are lower case, single spaces. */
export function phrases<T>(
  rows: ReadonlyArray<readonly [words: string, meaning: T]>,
): ReadonlyMap<string, T> {
  return new Map(
    rows.flatMap(([words, meaning]) => words.split('|').map((w) => [w.trim(), meaning] as const)),
  );
}

export const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));
