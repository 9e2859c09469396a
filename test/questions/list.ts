import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../../src/ask.ts';
import { example, recset } from '../detector/photos.ts';

/** A question over a photo, and what is right to answer. */
export interface Listed {
  readonly photo: string;
  /** Where the photo lies; undefined where it does not. */
  readonly path: string | undefined;
  readonly question: string;
  readonly right: string;
  /** It was asked when the answers to the others were settled. */
  readonly later: boolean;
}

export type Mark = 'right' | 'wrong' | 'undecided';

/** The questions of the list, in two parts. */
const PARTS = readFileSync(new URL('questions.txt', import.meta.url), 'utf8').split('# Later');
export const LIST: readonly Listed[] = PARTS.flatMap((part, i) =>
  part
    .split('\n')
    .filter((line) => line.includes(' | ') && !line.startsWith('#'))
    .map((line) => {
      const [photo, question, right] = line.split(' | ') as [string, string, string];
      return { photo, path: pathOf(photo), question, right, later: i > 0 };
    }),
);

function pathOf(photo: string): string | undefined {
  const places = [example(photo), ...(recset ? [join(recset, 'images', photo)] : [])];
  return places.find((path) => existsSync(path));
}

/** How an answer fares. What is undecided is neither right nor wrong. */
export function mark({ right }: Listed, { picture, verdict }: Answer): Mark {
  const { question, outcome, candidates } = verdict;
  if (!question) return 'wrong';
  const { value, atLeast } = question;
  if (outcome === 'undecided' || value === null) return 'undecided';
  return isRight() ? 'right' : 'wrong';

  function isRight(): boolean {
    if (right === 'yes' || right === 'no') return value === (right === 'yes');
    if (/^\d+$/.test(right)) return atLeast ? Number(value) <= Number(right) : value === Number(right);
    if (right.startsWith('@')) {
      const [x, y] = right.slice(1).split(',').map(Number) as [number, number];
      const [left, top, beyond, below] = candidates[0]!.box;
      const [px, py] = [x * picture.width, y * picture.height];
      return candidates.length === 1 && left <= px && px <= beyond && top <= py && py <= below;
    }
    if (right.startsWith('[')) {
      const [must = '', may = ''] = right.slice(1).split(']');
      const told = value as readonly string[];
      const list = (words: string) =>
        words
          .split(',')
          .map((word) => word.trim())
          .filter(Boolean);
      return (
        list(must).every((kind) => told.includes(kind)) &&
        told.every((kind) => [...list(must), ...list(may)].includes(kind))
      );
    }
    return right.split('/').includes(String(value));
  }
}

/** An answered question of the list. */
export interface Marked {
  readonly listed: Listed;
  readonly how: Mark;
  /** It was "at least" a number. */
  readonly bound: boolean;
}

/** "61 questions: 51 (83.6 %) right, …" */
export function formatMarks(marked: readonly Marked[]): string {
  const counted = (how: Mark): string => {
    const n = marked.filter((one) => one.how === how).length;
    return `${n} (${((100 * n) / Math.max(1, marked.length)).toFixed(1)} %) ${how}`;
  };
  const bounds = marked.filter(({ how, bound }) => how === 'right' && bound).length;
  const all = [counted('right'), counted('wrong'), counted('undecided')].join(', ');
  return `${marked.length} questions: ${all}; ${bounds} of those right are "at least" a number`;
}
