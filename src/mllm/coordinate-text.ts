/** Four numbers found in a reply, or why there are none. */
export type Numbers =
  | {
      readonly kind: 'numbers';
      readonly numbers: readonly number[];
      /** In the order x1, y1, x2, y2, because they were named. */
      readonly named: boolean;
      readonly unit: 'percent' | 'convention';
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Of a longer reply the rest is not read, in characters: the first box counts. */
const LONGEST = 4000;

const N = String.raw`([+-]?(?:\d{1,9}(?:\.\d{1,12})?|\.\d{1,12})(?:e[+-]?\d{1,2})?) ?(%?)`;
const AND = String.raw`(?:\s*[,;]\s*|\s+)`;
const pair = String.raw`[(\[]\s*${N}${AND}${N}\s*[)\]]`;
const named = (...names: readonly string[]) =>
  String.raw`["']?\b(?:${names.join('|')})["']?\s*[:=]\s*["']?${N}["']?`;
const BETWEEN = String.raw`[\s,;]{0,9}`;
const X1 = named('x_?min', 'x1', 'x0', 'left');
const Y1 = named('y_?min', 'y1', 'y0', 'top');
const X2 = named('x_?max', 'x2', 'right');
const Y2 = named('y_?max', 'y2', 'bottom');

interface Form {
  readonly pattern: RegExp;
  /** Where x1, y1, x2, y2 are among the numbers, where the form names them. */
  readonly names?: readonly [number, number, number, number];
}

/** Ways to write a box; the one that comes first in the reply counts. Each says by itself where it ends. */
const FORMS: readonly Form[] = [
  { pattern: new RegExp(String.raw`${pair}\s*[,;]?\s*${pair}`, 'i') },
  { pattern: new RegExp(String.raw`[(\[{]\s*${N}${AND}${N}${AND}${N}${AND}${N}\s*[)\]}]`, 'i') },
  { pattern: new RegExp([X1, Y1, X2, Y2].join(BETWEEN), 'i'), names: [0, 1, 2, 3] },
  { pattern: new RegExp([X1, X2, Y1, Y2].join(BETWEEN), 'i'), names: [0, 2, 1, 3] },
  { pattern: new RegExp([Y1, X1, Y2, X2].join(BETWEEN), 'i'), names: [1, 0, 3, 2] },
];

/** Numbers and nothing else: only then do they need no brackets. */
const BARE = new RegExp(String.raw`^${N}${AND}${N}${AND}${N}${AND}${N}\.?$`, 'i');

const REFUSAL =
  /\b(?:sorry|unable|(?:can(?:no|')?t|can not|won't|will not) (?:help|assist|provide|process|view|see images|identify|do that|comply))\b/i;
const LOOKED = /\b(?:find|locate|there (?:is|are) no|not (?:present|visible|in the))\b/i;
/** An empty list, or a box that is null. */
const EMPTY =
  /^(?:```(?:json)?\s*)?(?:[[{]\s*[\]}]|\{\s*"\w{1,20}"\s*:\s*(?:null|\[\s*\])\s*\})\s*(?:```)?$/i;
const ABSENT =
  /^\W*(?:none|null|nothing|n\/a|no|not (?:there|found|present|visible))\W*$|^\W*(?:none|nothing|no such)\b|\b(?:not (?:present|visible|found|there|shown|in the (?:image|picture|photo))|isn't (?:present|visible|there|any|in)|aren't any|there (?:is|are) no\b|no such|does(?:n't| not) (?:exist|appear|contain|show|seem to)|(?:can't|cannot|can not|could not|couldn't) (?:find|locate))/i;

/**
 * Finds the four numbers of the first box in a reply.
 * @param cut whether the reply was cut off: numbers at its very end may then lack digits
 */
export function parseNumbers(reply: string, cut: boolean): Numbers {
  const text = reply
    .slice(0, LONGEST)
    .normalize('NFKC')
    // One character may have become eighteen.
    .slice(0, LONGEST)
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u2212\u2013]/g, '-')
    .replace(/<[|]?\/?[a-z_]{1,30}[|]?>/gi, ' ')
    .trim();
  const found = FORMS.flatMap((form) => {
    const match = form.pattern.exec(text);
    return match ? [{ match, ...form }] : [];
  }).toSorted((a, b) => a.match.index - b.match.index)[0];
  const bare = found ? null : BARE.exec(text);
  const match = found?.match ?? bare;
  if (!match) return withoutBox(text, cut);
  if (ABSENT.test(text.slice(0, match.index))) return unreadable('it says that there is nothing, and a box');
  if (bare && cut) return unreadable('the answer was cut off');
  return asNumbers(match.slice(1), found?.names);
}

function withoutBox(text: string, cut: boolean): Numbers {
  if (EMPTY.test(text)) return { kind: 'none' };
  // "Sorry, I cannot find it" has been looking; "Sorry, I cannot see images" has not.
  if (REFUSAL.test(text) && !LOOKED.test(text)) return unreadable('the model refused to answer');
  if (ABSENT.test(text)) return { kind: 'none' };
  return unreadable(cut ? 'the answer was cut off' : 'there is no box in the answer');
}

function asNumbers(groups: readonly (string | undefined)[], names: Form['names']): Numbers {
  const inOrder = [0, 2, 4, 6].map((i) => Number(groups[i]));
  const percents = [1, 3, 5, 7].filter((i) => groups[i] === '%').length;
  if (percents !== 0 && percents !== 4) return unreadable('only some of the numbers are percentages');
  const numbers = names ? names.map((at) => inOrder[at]!) : inOrder;
  if (!numbers.every(Number.isFinite)) return unreadable('a number is no number');
  return {
    kind: 'numbers',
    numbers,
    named: names !== undefined,
    unit: percents === 4 ? 'percent' : 'convention',
  };
}

const unreadable = (why: string): Numbers => ({ kind: 'unreadable', why });
