import { createHash } from 'node:crypto';
import type { Box } from '../box.ts';
import { OFFERED, type OfferSize, type OfferStyle } from '../config.ts';
import { SpotterError } from '../errors.ts';
import type { Size } from '../picture/picture.ts';
import { squash } from '../picture/tensor.ts';
import { loadPrompt, type Prompt, quoted } from './prompts.ts';
import { writeBox } from './reply/coordinates.ts';

/** What can be offered: any region. */
export interface Offerable {
  /** In pixels of the oriented picture. */
  readonly box: Box;
  readonly label?: string;
  readonly score?: number;
}

export interface MultipleChoiceOptions {
  /** At most this many of the candidates, the first ones; OFFERED unless told. */
  readonly k?: OfferSize;
  /** Whether the last option is None; yes unless told. */
  readonly none?: boolean;
  readonly style?: OfferStyle;
  /** Order of the options; derived from the picture and the expression unless given. */
  readonly seed?: number;
}

export interface Option<C extends Offerable> {
  readonly letter: string;
  readonly candidate: C;
}

/** What a model was offered. Letters lead to candidates by this list only. */
export interface MultipleChoice<C extends Offerable> {
  /** In the order shown. */
  readonly options: readonly Option<C>[];
  /** The letter of None, where it was offered. */
  readonly none?: string;
  readonly style: OfferStyle;
  readonly seed: number;
}

const LETTERS = 'ABCDEFGHIJK';

/**
 * Candidates as lettered options in a shuffled order, so that a model's liking for the first option is nobody's gain.
 * None, where offered, stays the last one.
 *
 * @example
 * makeMultipleChoice(candidates, { sha256: picture.sha256, expression: 'the red cup' }, { k: 5 })
 * @param candidates best first
 * @throws SpotterError internal, where there is nothing to offer
 */
export function makeMultipleChoice<C extends Offerable>(
  candidates: readonly C[],
  asked: { readonly sha256: string; readonly expression: string },
  {
    k = OFFERED,
    none = true,
    style = 'text',
    seed = seedOf(asked.sha256, asked.expression),
  }: MultipleChoiceOptions = {},
): MultipleChoice<C> {
  if (candidates.length === 0) {
    throw new SpotterError(
      'internal',
      undefined,
      'Without candidates there is nothing to ask a model about.',
    );
  }
  const order = shuffled(candidates.slice(0, k), seed);
  const options = order.map((candidate, i) => ({ letter: LETTERS[i]!, candidate }));
  return { options, style, seed, ...(none ? { none: LETTERS[order.length]! } : {}) };
}

/** Every letter that may be answered, in the order shown. */
export const lettersOf = ({
  options,
  none,
}: Pick<MultipleChoice<Offerable>, 'options' | 'none'>): string[] => [
  ...options.map(({ letter }) => letter),
  ...(none === undefined ? [] : [none]),
];

/** What a question with None says besides: what reasoning has found out, and what it could not judge. */
export interface Known<C extends Offerable> {
  /** About one candidate, or about the picture. */
  readonly facts: readonly { readonly candidate?: C; readonly words: string }[];
  readonly open: readonly string[];
}

/** A prompt ready to be sent. */
export interface Written {
  readonly text: string;
  /** By the name of each prompt that took part: its hash. */
  readonly prompts: Readonly<Record<string, string>>;
}

const MAX_FACTS = 24;
const FACT_LENGTH = 160;

/** The words of a selection: everything foreign in them is quoted, so that no option can be added or changed. */
export function formatMultipleChoice<C extends Offerable>(
  offer: MultipleChoice<C>,
  expression: string,
  picture: Size,
  known?: Known<C>,
): Written {
  const shown = loadPrompt(`shown/${offer.style}`);
  const option = loadPrompt(`option/${offer.style}`);
  const noneOption = loadPrompt('option/none');
  const ask = loadPrompt(offer.none === undefined ? 'select' : known ? 'select-known' : 'select-or-none');
  const whole = squash(picture, picture);
  const lines = offer.options.map(({ letter, candidate }, i) => {
    // The published form, whatever the model's own: the sentence before the options says how to read it.
    const box = writeBox('relative-1000-xyxy', whole, candidate.box);
    return fillUsed(option, { letter, box, number: String(i + 2) });
  });
  if (offer.none !== undefined) lines.push(noneOption.fill({ letter: offer.none }));
  const text = fillUsed(ask, {
    shown: shown.fill({}),
    expression: quoted(expression),
    options: lines.join('\n'),
    facts: listed((known?.facts ?? []).flatMap((fact) => told(offer, fact))),
    open: listed((known?.open ?? []).map((words) => `"${brief(words)}"`)),
  });
  return { text, prompts: hashes(ask, shown, option, ...(offer.none === undefined ? [] : [noneOption])) };
}

/** Hashes of prompts by their names. */
export const hashes = (...prompts: readonly Prompt[]): Record<string, string> =>
  Object.fromEntries(prompts.map(({ name, sha256 }) => [name, sha256]));

const brief = (words: string): string => quoted(words, FACT_LENGTH);

const listed = (lines: readonly string[]): string =>
  lines.length === 0
    ? '- nothing'
    : lines
        .slice(0, MAX_FACTS)
        .map((line) => `- ${line}`)
        .join('\n');

/** A fact in words; none about a candidate that is not among the options. */
function told<C extends Offerable>(
  offer: MultipleChoice<C>,
  { candidate, words }: Known<C>['facts'][number],
): string[] {
  if (candidate === undefined) return [brief(words)];
  const option = offer.options.find((o) => o.candidate === candidate);
  return option ? [`region ${option.letter}: ${brief(words)}`] : [];
}

/** Variants of one prompt use some of the values each. */
const fillUsed = (prompt: Prompt, values: Readonly<Record<string, string>>): string =>
  prompt.fill(Object.fromEntries(prompt.slots.map((slot) => [slot, values[slot]!])));

/** A seed, 0 .. 2^32 - 1, that is always the same for the same picture and expression. */
export const seedOf = (pictureSha256: string, expression: string): number =>
  createHash('sha256').update(`${pictureSha256}\n${expression}`).digest().readUInt32BE(0);

/** The items in an order that depends on nothing but the seed (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = randomFrom(seed);
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

/** Numbers in [0, 1): splitmix32, good enough to be fair among a dozen options. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}
