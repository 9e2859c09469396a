import { phrasesOf } from '../../specialist/grounding-dino/text.ts';
import type { Token, Tokeniser } from '../../specialist/grounding-dino/tokenise.ts';
import { apart } from './apart.ts';
import type { Compared } from './finding.ts';
import type { GoldenText } from './golden.ts';

type WithIds = Pick<GoldenText, 'text' | 'input_ids'>;

/** A text's tokens, their places and its phrases, against what the reference says of them. */
export function compareText(golden: GoldenText, tokeniser: Tokeniser): Compared[] {
  const at = JSON.stringify(golden.text);
  const tokens = tokeniser.tokenise(golden.text);
  const compared: Compared[] = [
    { kind: 'token ids', difference: masks(golden) + idsApart(golden, tokens, tokeniser), at },
  ];
  if (golden.offsets) {
    const offsets = [[0, 0], ...inCodePoints(golden.text, tokens), [0, 0]];
    compared.push({ kind: 'offsets', difference: apart(offsets.flat(), golden.offsets.flat()), at });
  }
  if (golden.phrase_token_positions) {
    const difference = positionsApart(golden.input_ids, golden.phrase_token_positions, tokeniser);
    compared.push({ kind: 'phrase positions', difference, at });
  }
  return compared;
}

/** Of a text that comes with a run: only its tokens. */
export const compareIds = (golden: WithIds, tokeniser: Tokeniser): Compared => ({
  kind: 'token ids',
  difference: idsApart(golden, tokeniser.tokenise(golden.text), tokeniser),
  at: JSON.stringify(golden.text),
});

export const comparePositions = (
  { text, input_ids: ids }: WithIds,
  positions: readonly (readonly number[])[],
  tokeniser: Tokeniser,
): Compared => ({
  kind: 'phrase positions',
  difference: positionsApart(ids, positions, tokeniser),
  at: JSON.stringify(text),
});

/** Places of tokens, counted in code points. */
export function inCodePoints(text: string, tokens: readonly Token[]): (readonly [number, number])[] {
  const count = (units: number) => [...text.slice(0, units)].length;
  return tokens.map(({ start, end }) => [count(start), count(end)]);
}

function idsApart({ input_ids: wanted }: WithIds, tokens: readonly Token[], { special }: Tokeniser): number {
  const made = [special.start, ...tokens.map(({ id }) => id), special.end];
  const length = Math.max(made.length, wanted.length);
  return Array.from({ length }, (_, i) => made[i] !== wanted[i]).filter(Boolean).length;
}

/** A text by itself is all attended to, and of one segment. */
const masks = ({ input_ids: ids, attention_mask: mask, token_type_ids: types }: GoldenText): number =>
  (mask?.length === ids.length || !mask ? 0 : 1) +
  (mask?.filter((m) => m !== 1).length ?? 0) +
  (types?.filter((t) => t !== 0).length ?? 0);

function positionsApart(
  ids: readonly number[],
  wanted: readonly (readonly number[])[],
  { separators }: Tokeniser,
): number {
  const made = phrasesOf(ids, separators).map(({ from, to }) =>
    Array.from({ length: to - from }, (_, i) => from + i),
  );
  const length = Math.max(made.length, wanted.length);
  return Array.from({ length }, (_, i) => `${made[i]}` !== `${wanted[i]}`).filter(Boolean).length;
}
