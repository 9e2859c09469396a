/** Characters that turn the direction of what follows, and could make a text read as another. */
const DIRECTION = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';
const UNSAFE = new RegExp(`[\\p{Cc}\\p{Cs}${DIRECTION}]`, 'gu');
const UNSAFE_IN_JSON = new RegExp(`[\\u007f-\\u009f\\u2028\\u2029${DIRECTION}]`, 'gu');

/**
 * Foreign text (an expression, a file name) as one line that a terminal may be given: no control characters, so
 * that no escape sequence gets through, and nothing that turns the direction of writing. Emoji and all scripts stay.
 */
export const safe = (text: string): string =>
  text.replace(/\s+/gu, ' ').replace(UNSAFE, '').replace(/ +/g, ' ').trim();

/** JSON on one line; what a terminal could obey is escaped, so that the value stays the same. */
export const safeJson = (value: unknown): string =>
  JSON.stringify(value).replace(UNSAFE_IN_JSON, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A table with foreign words in it: the wide spaces between columns are ours. */
export const safeLines = (text: string): string[] =>
  text.split('\n').map((line) =>
    line
      .split(/( {2,})/)
      .map((part, i) => (i % 2 === 0 ? safe(part) : part))
      .join(''),
  );

/** The beginning of a text, at most so many UTF-16 units, and never half a character. */
export function truncate(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.max(0, most);
  const half = /[\ud800-\udbff]$/.test(text.slice(0, end));
  return text.slice(0, half ? end - 1 : end);
}

/**
 * UTF-16 units to insert, drop or replace to get from one text to the other (Levenshtein). Its time grows with the
 * product of both lengths: bound what comes from outside.
 *
 * @example editDistance('starter', 'strater') // 2
 */
export function editDistance(a: string, b: string): number {
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

/** "a", "a and b", "a, b and c" */
export const list = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** "wine glass" -> "glass" */
export const lastWord = (words: string): string => words.slice(words.lastIndexOf(' ') + 1);

/** "83 %", of a share 0..1 */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;
