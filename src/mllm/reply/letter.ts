import type { MllmReply } from '../mllm.ts';
import { lettersOf, type MultipleChoice, type Offerable } from '../multiple-choice.ts';
import { approvedBesides, leftStanding, NONE, NONE_WORDS, statedOptions } from './options.ts';
import { answerWithin, withoutThoughts } from './thoughts.ts';

/** A longer reply is not looked at: what is not read might take back what is. */
export const MAX_REPLY_LENGTH = 1_000_000;
/** Nor is one that says more than this outside of its thoughts, in characters. */
export const MAX_ANSWER_LENGTH = 2000;

/** Signs that point at what follows; one that crosses it out is no such sign. */
const APPROVING = /[✅✓✔☑👉➡▶►🎯⭐★]/gu;

/**
 * An answer without what is not said: thoughts before it, tags, tokens of a chat template, LaTeX boxes, fences of
 * code, invisible characters. Full-width letters become usual ones; letters of other scripts stay what they are, so
 * that a Cyrillic В is never taken for a B.
 * @param longest how much may be said outside of thoughts, in characters
 * @returns undefined for what is too long to be read: its beginning alone is no answer
 */
export function plain(reply: string, longest = MAX_ANSWER_LENGTH): string | undefined {
  if (reply.length > MAX_REPLY_LENGTH) return undefined;
  const said = answerWithin(withoutThoughts(reply).text).trim();
  if (said.length > longest) return undefined;
  return said
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/\u3002/g, '.')
    .replace(/\u3001/g, ',')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d]/g, '"')
    .replace(/[\u2013\u2014]/g, '-')
    .replace(/(?![\n\t])\p{C}|\ufe0f/gu, '')
    .replace(APPROVING, ' ')
    .replace(/```(?:[a-z]{1,12}\n)?/g, ' ')
    .replace(/<\/?(?:del|strike)>/gi, '~~')
    .replace(/<\|?\/?[a-z_]{1,24}\|?>/gi, ' ')
    .replace(/\\(?:boxed|text|textbf|mathbf)\s?\{([^{}]{1,40})\}/g, '$1')
    .replace(/\\boxed\s?\{([^{}]{1,40})\}/g, '$1')
    .trim();
}

/** A JSON object within a text. */
export interface Json {
  readonly object: Readonly<Record<string, unknown>>;
  /** What stands before and after it. */
  readonly around: string;
  /** Whether a key stands twice in it, of which parsing keeps the last: then it says two things. */
  readonly repeated: boolean;
}

/** The one JSON object in a text from `plain`. */
export function jsonWithin(text: string): Json | undefined {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}') + 1;
  if (start < 0 || end <= start) return undefined;
  const json = text.slice(start, end);
  try {
    const object: unknown = JSON.parse(json);
    if (typeof object !== 'object' || object === null) return undefined;
    return {
      object: object as Record<string, unknown>,
      around: `${text.slice(0, start).trim()} ${text.slice(end).trim()}`.trim(),
      repeated: members(json) !== members(JSON.stringify(object)),
    };
  } catch {
    return undefined;
  }
}

/** How many keys a JSON text has, however deep: colons outside of strings. */
const members = (json: string): number => json.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;

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
const alone: Rule = (text, cut) => {
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

/** {"answer": "B"}, {"choice": null}, with other keys beside it and prose around it that does not disagree. */
const withinJson: Rule = (text) => {
  const found = jsonWithin(text);
  if (!found) return undefined;
  const entries = Object.entries(found.object);
  const named = entries.filter(([key]) => KEYS.has(key.toLowerCase()));
  // A label is what a thing is called, unless it is a letter.
  const labels = entries.filter(([key, value]) => key.toLowerCase() === 'label' && letterIn(value));
  const values = named.length > 0 ? named : labels;
  if (values.length === 0) return undefined;
  if (found.repeated) return [];
  const said = values.map(([, value]) => letterIn(value));
  if (said.includes(undefined)) return [];
  // Written anew, so that a letter cannot hide in an escape.
  const within = JSON.stringify(found.object).replace(/\\[bfnrt]/g, ' ');
  return together(said as string[], `${within}\n${found.around}`);
};

function letterIn(value: unknown): string | undefined {
  if (value === null) return NONE;
  if (Array.isArray(value)) return value.length === 1 ? letterIn(value[0]) : undefined;
  return typeof value === 'string' ? alone(value, false)?.[0] : undefined;
}

const LEADING = new RegExp(
  String.raw`^(?<before>${BEFORE})(?<label>${LABEL}{0,2})(?:(?<letter>[A-Z])|(?<none>${NONE_WORDS}))(?<mark>["'\x60*_)\]}]{0,6})(?<end>[.:;,\n]| ?- | (?=because |since )| \(|\)|$)`,
  'i',
);
const NONE_NEXT = new RegExp(String.raw`^\W{0,9}(?:${NONE_WORDS})`, 'i');
/** "A, B", "A. or B": what comes right after adds to the letter. */
const ADDED =
  /^\W{0,6}(?:(?:or|and|maybe|perhaps|possibly|either)\W{1,4})?["'(*]{0,3}(?<letter>[A-Z])(?![\p{L}\p{N}'-]|\s+\p{Ll})/u;
/** "A. is wrong", "A - not really", "B (10 %)": it takes the letter back. */
const UNDONE =
  /^\W{0,6}(?:is |was |isn't|if\b|unless\b|or\b|no\b|not\b(?!\W{1,4}(?:(?:option|region) )?["'(*]{0,3}[A-Z](?!\p{L}))|[0-4]?\d(?:\.\d+)? ?%)/iu;
const EXCEPT = /\b(?:except|but|besides|other than|apart from|unless)\b/i;

/** "B. The man in red", "**B**: because …", "(b) the dog", "F. None", "None, since …" */
const leading: Rule = (text, cut) => {
  const match = LEADING.exec(text);
  if (!match) return undefined;
  const { letter, label, mark, end = '' } = match.groups!;
  const marked = /[)\]"'*`]/.test(mark ?? '') || /[.:)]/.test(end);
  // "I, for one", "A - man": words and not letters.
  const set = / - | \(/.test(end) || (letter === 'A' && (label || end === ',' || end === ' '));
  if (letter && /[ai]/i.test(letter) && !marked && !(letter === letter.toUpperCase() && set))
    return undefined;
  if (letter && letter !== letter.toUpperCase() && !marked) return undefined;
  const rest = text.slice(match[0].length);
  if (cut && rest === '') return undefined;
  const first = letter ? letter.toUpperCase() : NONE;
  const second = letter && NONE_NEXT.test(rest) ? NONE : ADDED.exec(rest)?.groups?.letter;
  if (UNDONE.test(rest)) return [];
  return together(second ? [first, second] : [first], text);
};

/** The answer is taken back, doubted, or of another kind: wherever it says so, no letter in it is to be believed. */
const TAKEN_BACK = new RegExp(
  [
    'wait|actually|correction|scratch that|strike that|on second thoughts?|i mean|hmm+|oops|sorry|apolog\\p{L}+|mistaken?',
    "reconsider\\p{L}*|never ?mind|disregard|retract|maybe|perhaps|possibly|probably|might|(?:not|n't) (?:sure|certain|confident)",
    'un(?:sure|certain|clear|likely)|doubt\\p{L}*|guess\\p{L}*|either|less likely|least likely',
    '(?<!(?:others?|rest|ones) (?:is|are) )(?:wrong|incorrect|false)|rul(?:ed?|ing) (?:it )?out|eliminat\\p{L}+|exclud\\p{L}+|discard\\p{L}*|reject\\p{L}*',
    'nein|doch nicht|entschuldigung|vielleicht|möglicherweise|falsch|désolée?|pardon|peut-être|faux|perdón|quizás?|tal vez|incorrect[oa]',
    'scusa|forse|sbagliat[oa]|talvez|errad[oa]|нет|извините?|возможно|наверное|неверно',
  ]
    .map((words) => `(?<!\\p{L})(?:${words})(?!\\p{L})`)
    .concat('不对|不對|抱歉|等等|错|錯|可能|也许|也許|かもしれ|違|たぶん|아니|아마', '\\?|~~')
    .concat('(?:^|[.!,;:\\n-]\\s*)no(?=\\s*(?:[.,!-]|$))')
    .join('|'),
  'iu',
);
const NONE_SAID =
  /(?<!\p{L})(?:none(?! (?:of )?(?:the )?(?:others?|rest|remaining)(?!\p{L}))|no (?:option|region|candidate|choice) (?:fits|matches|is correct|applies))(?!\p{L})/iu;
const NONE_OF_LISTED = new RegExp(NONE_WORDS, 'gi');

/** What was said, with all that the whole text claims or leaves standing besides; nothing where it takes it back. */
function together(said: readonly string[], text: string): readonly string[] {
  if (TAKEN_BACK.test(text)) return [];
  const { claimed, dubious } = statedOptions(text);
  const all = [...said, ...claimed];
  if (dubious.some((letter) => all.includes(letter))) return [];
  if (all.includes(NONE) && EXCEPT.test(text)) return [];
  const none = NONE_SAID.test(text) ? [NONE] : [];
  const standing = leftStanding(text.replace(NONE_OF_LISTED, 'none'), all);
  return standing ? [...all, ...none, ...standing] : [];
}

/** "A\nThe dog that lies higher", "Option B\n\n**Reason:** …": what is explained below may name others. */
const firstLine: Rule = (text) => {
  const end = text.indexOf('\n');
  const below = text.slice(end + 1).trim();
  if (end < 0 || below === '') return undefined;
  const said = alone(text.slice(0, end).trim(), false);
  if (!said) return undefined;
  if (TAKEN_BACK.test(below)) return [];
  const besides = approvedBesides(below, said);
  return besides === undefined ? [] : [...said, ...besides];
};

const FINALLY = new RegExp(
  String.raw`(?<=^|[.!?\n])\W{0,6}(?:(?:my|the) )?final (?:answer|choice|decision)\W{0,4}(?:is\W{1,4})?(?:(?:option|region|candidate) )?["'(*]{0,3}(?:(?<letter>[A-Z])|${NONE_WORDS})["')*.\s]{0,6}$`,
  'iu',
);

/** "I considered (A), but it is incorrect. Final answer: D.": what it ends with, unless it has said something else, too. */
const finalAnswer: Rule = (text, cut) => {
  const match = cut ? null : FINALLY.exec(text);
  if (!match) return undefined;
  const said = match.groups!.letter?.toUpperCase() ?? NONE;
  return [said, ...statedOptions(text.slice(0, match.index)).claimed];
};

/** "The answer is B because A is …", "I would choose C", "B is the correct one" */
const stated: Rule = (text, cut) => {
  if (cut) return undefined;
  const { claimed } = statedOptions(text);
  return claimed.length > 0 ? together([], text) : undefined;
};

/** What a model chose; `unreadable` is no choice, and never a guess. */
export type Choice<C> =
  | { readonly kind: 'option'; readonly letter: string; readonly candidate: C }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** The first rule that finds anything decides. docs/strategies.md says what each accepts. */
const RULES: readonly Rule[] = [alone, withinJson, firstLine, finalAnswer, leading, stated];

/**
 * Reads an answer to an offer: exactly one offered letter, or None where it was offered. Anything else (several
 * letters, a letter not offered, a refusal, prose without a choice, an answer cut off before it is clear) is
 * unreadable. Never throws.
 *
 * @example
 * readLetter({ text: 'Answer: B.', finish: 'stop' }, offer) // { kind: 'option', letter: 'B', candidate }
 */
export function readLetter<C extends Offerable>(
  reply: Pick<MllmReply, 'text' | 'finish'>,
  offer: MultipleChoice<C>,
): Choice<C> {
  if (reply.finish === 'refused') return unreadable('the model refused to answer');
  const text = plain(reply.text);
  if (text === undefined) return unreadable('the answer is too long');
  if (text === '') return unreadable('the answer is empty');
  const cut = reply.finish === 'length';
  for (const rule of RULES) {
    const said = rule(text, cut);
    if (said) return settled(said, offer);
  }
  return unreadable(cut ? 'the answer was cut off' : 'the answer names no option');
}

function settled<C extends Offerable>(said: readonly string[], offer: MultipleChoice<C>): Choice<C> {
  const letters = [...new Set(said.map((letter) => (letter === NONE ? (offer.none ?? NONE) : letter)))];
  const [letter] = letters;
  if (letter === undefined) return unreadable('the answer contradicts itself');
  if (letters.length > 1) return unreadable(`the answer names several options: ${letters.join(', ')}`);
  if (!lettersOf(offer).includes(letter)) return unreadable(`${letter} was not offered`);
  const option = offer.options.find((o) => o.letter === letter);
  return option ? { kind: 'option', ...option } : { kind: 'none' };
}

const unreadable = (why: string) => ({ kind: 'unreadable', why }) as const;
