import { writeBox } from '../mllm/coordinates.ts';
import { loadPrompt, type Prompt } from '../mllm/prompts.ts';
import { quoted } from '../mllm/quote.ts';
import { squash } from '../picture/mapping.ts';
import type { Size } from '../picture/picture.ts';
import type { Offer, Offerable } from './offer.ts';

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

const MOST_FACTS = 24;
const FACT_LENGTH = 160;

/** The words of a selection: everything foreign in them is quoted, so that no option can be added or changed. */
export function writeOffer<C extends Offerable>(
  offer: Offer<C>,
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
        .slice(0, MOST_FACTS)
        .map((line) => `- ${line}`)
        .join('\n');

/** A fact in words; none about a candidate that is not among the options. */
function told<C extends Offerable>(
  offer: Offer<C>,
  { candidate, words }: Known<C>['facts'][number],
): string[] {
  if (candidate === undefined) return [brief(words)];
  const option = offer.options.find((o) => o.candidate === candidate);
  return option ? [`region ${option.letter}: ${brief(words)}`] : [];
}

/** Variants of one prompt use some of the values each. */
const fillUsed = (prompt: Prompt, values: Readonly<Record<string, string>>): string =>
  prompt.fill(Object.fromEntries(prompt.slots.map((slot) => [slot, values[slot]!])));
