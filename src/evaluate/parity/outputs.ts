import type { Output } from '../../specialist/grounding-dino/post-process.ts';
import { apart } from './apart.ts';

/** Two rows are the same when none of their numbers differs by more. */
const SAME = 1e-4;

/** Of how many rows the result is told, whatever the model has. */
const PER = 900;

/**
 * How many rows of 900 differ between two raw outputs. Two proposals of nearly the same score may change places
 * between implementations, and then both rows differ altogether, so that rows are counted and not averaged.
 */
export function rowsApart(made: Output, wanted: Output): number {
  const rows = wanted.boxes.length / 4;
  if (made.boxes.length !== wanted.boxes.length || made.tokens < wanted.tokens) return PER;
  const row = ({ logits, boxes, tokens }: Output, i: number) => [
    logits.subarray(i * tokens, i * tokens + wanted.tokens),
    boxes.subarray(i * 4, i * 4 + 4),
  ];
  const same = Array.from({ length: rows }, (_, i) => {
    const theirs = row(wanted, i);
    return row(made, i).every((numbers, part) => apart(numbers, theirs[part]!) <= SAME);
  });
  return (same.filter((is) => !is).length * PER) / rows;
}
