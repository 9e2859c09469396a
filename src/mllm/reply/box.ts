import { type Box, clamp, height, roundHalfEven, width } from '../../box.ts';
import type { Size } from '../../picture/picture.ts';
import { fromTensor, intoTensor, type Mapping } from '../../picture/tensor.ts';
import type { MllmReply } from '../mllm.ts';
import type { Convention } from '../profile.ts';

/** How a model writes a box. */
interface Coordinates {
  /** Places of x1, y1, x2, y2 among the four numbers. */
  readonly order: readonly [x1: number, y1: number, x2: number, y2: number];
  /** What the right and the bottom edge are. */
  readonly edge: (image: Size) => readonly [right: number, bottom: number];
  /** The smallest step that is written; numbers are rounded to it half to even, as Python does. */
  readonly step: number;
  readonly write: (numbers: readonly string[]) => string;
}

const XYXY = [0, 1, 2, 3] as const;
const thousand = () => [1000, 1000] as const;
const pairs = ([x1, y1, x2, y2]: readonly string[]) => `(${x1},${y1}),(${x2},${y2})`;
const list = (numbers: readonly string[]) => `[${numbers.join(', ')}]`;

export const COORDINATES: Readonly<Record<Convention, Coordinates>> = {
  'relative-1000-xyxy': { order: XYXY, edge: thousand, step: 1, write: pairs },
  'relative-1000-yxyx': { order: [1, 0, 3, 2], edge: thousand, step: 1, write: list },
  'pixels-resized-xyxy': { order: XYXY, edge: (image) => [image.width, image.height], step: 1, write: list },
  'unit-xyxy': { order: XYXY, edge: () => [1, 1], step: 1e-3, write: list },
};

/** What a reply says about where something is; the box is in pixels of the oriented picture. */
export type BoxReply =
  | { readonly kind: 'box'; readonly box: Box }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * A box of the oriented picture as a model with this convention would write it.
 * @param image how the picture lies in the image that was sent: it fills it
 */
export function writeBox(convention: Convention, image: Mapping, box: Box): string {
  const { order, edge, step, write } = COORDINATES[convention];
  const [right, bottom] = edge(image);
  const [x1, y1, x2, y2] = intoTensor(image, box);
  // Divided first, then multiplied: the order of the published code, which decides what is a half.
  const numbers = [
    (x1 / image.width) * right,
    (y1 / image.height) * bottom,
    (x2 / image.width) * right,
    (y2 / image.height) * bottom,
  ].map((v) => Number((roundHalfEven(v / step) * step).toFixed(3)).toString());
  const placed: string[] = [];
  for (const [i, at] of order.entries()) placed[at] = numbers[i]!;
  return write(placed);
}

/** How far beyond the image's edges a coordinate is still a clumsy one and not one in another convention. */
const BEYOND = 0.25;

/**
 * Reads where a reply says that something is: the first box, where there are several. Named corners ("x_min": …)
 * and percentages mean what they say; all other numbers are read in the convention given, never guessed. Corners
 * in the wrong order are swapped, what sticks out a little is cut off.
 *
 * @example
 * readBox({ text: '[100, 200, 300, 400]', finish: 'stop' }, 'relative-1000-xyxy', mapping) // { kind: 'box', box: … }
 */
export function readBox(
  reply: Pick<MllmReply, 'text' | 'finish'>,
  convention: Convention,
  image: Mapping,
): BoxReply {
  if (reply.finish === 'refused') return { kind: 'unreadable', why: 'the model refused to answer' };
  const found = parseNumbers(reply.text, reply.finish === 'length');
  if (found.kind !== 'numbers') return found;
  const { order, edge, step } = COORDINATES[convention];
  const [right, bottom] = found.unit === 'percent' ? [100, 100] : edge(image);
  const [x1, y1, x2, y2] = (found.named ? XYXY : order).map((at) => found.numbers[at]!) as unknown as Box;
  const sorted: Box = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
  const least: Size = found.unit === 'percent' ? { width: 0.1, height: 0.1 } : { width: step, height: step };
  return placed(sorted, { width: right, height: bottom }, least, image);
}

function placed(b: Box, edge: Size, least: Size, image: Mapping): BoxReply {
  const outside = [b[0] / edge.width, b[1] / edge.height, b[2] / edge.width, b[3] / edge.height];
  if (!outside.every((v) => v >= -BEYOND && v <= 1 + BEYOND)) {
    return { kind: 'unreadable', why: 'the box lies outside of the image' };
  }
  const cut = clamp(b, edge.width, edge.height);
  // Less than a step: nothing at all, or fractions where whole numbers are the convention.
  if (width(cut) < 0.999 * least.width || height(cut) < 0.999 * least.height) {
    return { kind: 'unreadable', why: 'the box is empty' };
  }
  const [sx, sy] = [image.width / edge.width, image.height / edge.height];
  return { kind: 'box', box: fromTensor(image, [cut[0] * sx, cut[1] * sy, cut[2] * sx, cut[3] * sy]) };
}

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
const MAX_LENGTH = 4000;

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
function parseNumbers(reply: string, cut: boolean): Numbers {
  const text = reply
    .slice(0, MAX_LENGTH)
    .normalize('NFKC')
    // One character may have become eighteen.
    .slice(0, MAX_LENGTH)
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
