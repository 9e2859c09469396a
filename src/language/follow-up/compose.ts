import { pluralOf } from './head.ts';
import type { Piece } from './pieces.ts';

/** What an expression is made of. */
export interface Parts {
  /** Singular. */
  readonly noun: string;
  readonly plural: boolean;
  readonly count?: number;
  /** "all", "both" */
  readonly every?: string;
  readonly pieces: readonly Piece[];
}

/** "the second largest red cup on the left next to the plate and in the box" */
export function compose({ noun, plural, count, every, pieces }: Parts): string {
  const ordered = pieces.toSorted((a, b) => a.rank - b.rank);
  const owner = ordered.find(({ where }) => where === 'owner')?.text;
  const before = ordered.filter(({ where }) => where === 'before').map(({ text }) => text);
  // An emoji is a name only where it comes first.
  if (!/\p{L}/u.test(noun)) return [noun, behindOf(ordered)].filter(Boolean).join(' ');
  const counted =
    count !== undefined && every !== 'both' && (plural || count > 1) ? String(count) : undefined;
  const named = [
    every,
    owner ?? (every === 'both' || (every && counted) ? undefined : 'the'),
    counted,
    ...before,
  ];
  return [...named, plural ? pluralOf(noun) : noun, behindOf(ordered)].filter(Boolean).join(' ');
}

function behindOf(ordered: readonly Piece[]): string {
  let text = '';
  let open = false;
  for (const piece of ordered) {
    if (piece.where !== 'behind') continue;
    if (text) text += open && !/^(?:and|but)\b/i.test(piece.text) ? ' and ' : ' ';
    text += piece.text;
    open ||= piece.open === true;
  }
  return text;
}
