import { cut } from '../../src/cut.ts';

/** The beginning of a text, at most so many UTF-16 units; what was left out shows as "…". */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${cut(text, most - 1)}…`;
}
