import type { LetterCount, SetReport, Skip, Skipped } from './report.ts';

const IDS_KEPT = 3;
const letterAt = (place: number): string => String.fromCharCode('A'.charCodeAt(0) + place);

/**
 * Counts what goes into one file.
 * @param none whether None is one more option of its offers
 */
export function createTally(none: boolean) {
  const offers = new Map<number, number>();
  const letters = new Map<string, number>();
  let [records, nones] = [0, 0];
  /** How often the option at a place would be the answer if all options of each offer were equally likely. */
  const even = (isThere: (options: number) => boolean): number =>
    [...offers].reduce((sum, [n, count]) => (isThere(n) ? sum + count / (none ? n + 1 : n) : sum), 0);
  return {
    /** @param letter of the region that is the answer; undefined where it is None */
    add(options: number, letter: string | undefined): void {
      records++;
      increase(offers, options);
      if (letter === undefined) nones++;
      else increase(letters, letter);
    },
    report(): Pick<SetReport, 'records' | 'letters' | 'offers'> {
      const widest = Math.max(0, ...offers.keys());
      const rows = Array.from({ length: widest }, (_, place): [string, LetterCount] => [
        letterAt(place),
        { count: letters.get(letterAt(place)) ?? 0, even: even((n) => n > place) },
      ]);
      if (none) rows.push(['None', { count: nones, even: even(() => true) }]);
      const sizes = [...offers].toSorted(([a], [b]) => a - b);
      return { records, letters: Object.fromEntries(rows), offers: Object.fromEntries(sizes) };
    },
  };
}

/** Counts what is left out, by reason. */
export function createSkipped() {
  const skipped: Partial<Record<Skip, { count: number; ids: string[] }>> = {};
  return {
    skipped: skipped as Readonly<Partial<Record<Skip, Skipped>>>,
    add(skip: Skip, id: string): void {
      skipped[skip] ??= { count: 0, ids: [] };
      const entry = skipped[skip];
      entry.count++;
      if (entry.ids.length < IDS_KEPT) entry.ids.push(id);
    },
  };
}

const increase = <K>(counts: Map<K, number>, key: K): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);
