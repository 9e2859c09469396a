import { jsonWithin } from './answer-text.ts';
import { claims, NONE, NONE_WORDS } from './claims.ts';

export { NONE };

/**
 * What an answer says, if the rule applies: letters as written, in upper case, and NONE for the word. An empty list
 * means that it says something and takes it back.
 * @param text from `plain`
 * @param cut whether the answer was cut off, so that what follows is not known
 */
export type Rule = (text: string, cut: boolean) => readonly string[] | undefined;

/** What may stand around a letter without meaning anything: quotes, brackets, emphasis, a full stop. */
const BEFORE = String.raw`[\s"'\x60*_(\[#$:-]{0,12}`;
const AFTER = String.raw`[\s"'\x60*_)\]}$.:,;!]{0,12}`;
const LABEL = `(?:(?:(?:my|the|final|correct|best|right) ){0,3}(?:answer|option|choice|letter|region|selection|candidate)(?<is> is)?${BEFORE})`;
const LETTER_ALONE = new RegExp(`^${BEFORE}(?<label>${LABEL}{0,2})(?<letter>[A-Z])${AFTER}$`, 'i');
const NONE_ALONE = new RegExp(`^${BEFORE}${LABEL}{0,2}(?:${NONE_WORDS})${AFTER}$`, 'i');
const SHORT = 80;

/** "B", "(b)", "**B**.", "Option B", "Answer: b", "The answer is B.", "None", "None of the above." */
export const alone: Rule = (text, cut) => {
  if (text.length > SHORT) return undefined;
  const { letter, label, is } = LETTER_ALONE.exec(text)?.groups ?? {};
  if (letter) {
    // Cut off, "A" may have begun "A man", and "I" "I think"; and so may "The answer is a", even when it was not.
    if (cut && (label || /[ai]/i.test(letter))) return undefined;
    if (is && /[ai]/.test(letter)) return undefined;
    return [letter.toUpperCase()];
  }
  return !cut && NONE_ALONE.test(text) ? [NONE] : undefined;
};

const KEYS = new Set(['answer', 'option', 'choice', 'letter', 'region', 'selection', 'selected', 'result']);
const KEY = new RegExp(`"(?:${[...KEYS].join('|')})"\\s*:`, 'gi');

/** {"answer": "B"}, {"choice": null}, with other keys beside it and prose around it that does not disagree. */
export const withinJson: Rule = (text) => {
  const found = jsonWithin(text);
  if (!found) return undefined;
  const values = Object.entries(found.object).filter(([key]) => KEYS.has(key.toLowerCase()));
  if (values.length === 0) return undefined;
  // A key written twice is read as its last one; an answer that says two things is not to be believed.
  if ([...text.matchAll(KEY)].length !== values.length) return [];
  const said = values.map(([, value]) => letterIn(value));
  if (said.includes(undefined)) return [];
  return together(said as string[], found.around);
};

function letterIn(value: unknown): string | undefined {
  if (value === null) return NONE;
  if (Array.isArray(value)) return value.length === 1 ? letterIn(value[0]) : undefined;
  return typeof value === 'string' ? alone(value, false)?.[0] : undefined;
}

const LEADING = new RegExp(
  String.raw`^(?<before>${BEFORE})(?<label>${LABEL}{0,2})(?:(?<letter>[A-Z])|(?<none>${NONE_WORDS}))(?<mark>["'\x60*_)\]}]{0,6})(?<end>[.:;,\n]| ?- | \(|\)|$)`,
  'i',
);
const NONE_NEXT = new RegExp(String.raw`^\W{0,9}(?:${NONE_WORDS})`, 'i');
/** "A, B", "A. or B": what comes right after adds to the letter. */
const ADDED =
  /^\W{0,6}(?:(?:or|and|maybe|perhaps|possibly|either)\W{1,4})?["'(*]{0,3}(?<letter>[A-Z])(?![\p{L}\p{N}'-]|\s+\p{Ll})/u;
/** "A. is wrong", "A - not really": it takes the letter back. */
const UNDONE = /^\W{0,6}(?:is |was |isn't|no\b|not\b(?!\W{1,4}[A-Z](?!\p{L}))|wrong|incorrect|false)/u;
const LINE_OF_OPTION = /\n\W{0,6}[A-Z]["'*]{0,3}[.):]/;

/** "B. The man in red", "**B**: because …", "(b) the dog", "F. None", "None, since …" */
export const leading: Rule = (text, cut) => {
  const match = LEADING.exec(text);
  if (!match) return undefined;
  const { letter, none, label, mark, end = '' } = match.groups!;
  const marked = /[)\]"'*`]/.test(mark ?? '') || /[.:)]/.test(end);
  // "I, for one", "A - man": words and not letters.
  if (letter && /[ai]/i.test(letter) && !(marked || (letter === 'A' && (label || end === ','))))
    return undefined;
  if (letter && letter !== letter.toUpperCase() && !marked) return undefined;
  const rest = text.slice(match[0].length);
  if (cut && rest === '') return undefined;
  const first = letter ? letter.toUpperCase() : NONE;
  const second = letter && NONE_NEXT.test(rest) ? NONE : ADDED.exec(rest)?.groups?.letter;
  if (none && /\b(?:except|but|besides|other than|apart from|unless)\b/i.test(rest)) return [];
  if (UNDONE.test(rest) || LINE_OF_OPTION.test(rest)) return [];
  return together(second ? [first, second] : [first], rest);
};

const TAKEN_BACK =
  /\b(?:wait|actually|correction|scratch that|on second thought|i mean|hmm|oops|my mistake)\b/i;

/** What was said, with what the words around it claim; nothing, where they take something back. */
function together(said: readonly string[], around: string): readonly string[] {
  if (TAKEN_BACK.test(around)) return [];
  const { claimed, denied } = claims(around);
  return said.some((letter) => denied.includes(letter)) ? [] : [...said, ...claimed];
}

/** "The answer is B because A is …", "I would choose C", "the region on the left, option D" */
export const stated: Rule = (text, cut) => {
  if (cut) return undefined;
  if (TAKEN_BACK.test(text)) return [];
  const { claimed, denied, mentioned, certain } = claims(text);
  if (claimed.some((letter) => denied.includes(letter))) return [];
  if (claimed.length > 0) return claimed;
  return certain && mentioned.length > 0 ? mentioned : undefined;
};
