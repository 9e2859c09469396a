import { jsonrepair } from 'jsonrepair';
import type { Box } from '../../box.ts';
import type { Mapping } from '../../picture/tensor.ts';
import type { MllmReply } from '../mllm.ts';
import type { Convention } from '../profile.ts';
import { isWholeImage, type Numbers, placeBox } from './coordinates.ts';
import { answerWithin, withoutThoughts } from './thoughts.ts';

/** What a reply says about where something is; boxes are in pixels of the oriented picture, at least one. */
export type BoxReply =
  | { readonly kind: 'boxes'; readonly boxes: readonly [Box, ...Box[]] }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** What was asked for, which says what a label may be and how many boxes. */
export interface AskedFor {
  /** The expression: what is in it is no answer where a reply repeats it. */
  readonly expression: string;
  /** What the thing may be called, singular. */
  readonly nouns: readonly string[];
  readonly several: boolean;
}

/** A box in a reply, with the name that the reply gives it. */
interface Marked extends Numbers {
  readonly label?: string;
  /** What is said before it. */
  readonly before: string;
}

/** What a reply marks. */
interface Marks {
  readonly boxes: readonly Marked[];
  /** It says in its own form that there is nothing: null, an empty list, "found": false. */
  readonly none: boolean;
}

/** Of a longer answer the rest is not read, in characters. */
const MAX_LENGTH = 8000;

/**
 * Reads where a reply says that something is. Named corners ("x_min": …), sizes, location tokens and percentages mean what
 * they say; all other numbers are read in the convention given, never guessed. A box counts when its label is what was
 * asked for, or when it has none; of several for one thing none is believed. Never throws.
 *
 * @example
 * readBox({ text: '[100, 200, 300, 400]', finish: 'stop' }, 'relative-1000-xyxy', mapping) // { kind: 'boxes', boxes: [[…]] }
 * @param asked what was asked for; without it labels are not looked at, and one box is read
 */
export function readBox(
  reply: Pick<MllmReply, 'text' | 'finish'>,
  convention: Convention,
  image: Mapping,
  asked: AskedFor = { expression: '', nouns: [], several: false },
): BoxReply {
  if (reply.finish === 'refused') return unreadable('the model refused to answer');
  const cut = reply.finish === 'length';
  const text = tidied(reply.text);
  const { boxes, none } = readMarks(text, cut);
  const told = boxes.filter((box) => !isWholeImage(box, convention, image) || boxes.length === 1);
  if (told.length === 0) return none ? { kind: 'none' } : withoutBox(text, asked, cut);
  const [first] = told;
  const besides = withoutEcho(first!.before, asked);
  if (DENIES_ALL.test(text) || (BEGINS_NO.test(text) && ABSENT.test(besides))) return { kind: 'none' };
  if (BEGINS_NO.test(text) || (ABSENT.test(besides) && !first!.label))
    return unreadable('it says that there is nothing, and a box');
  const meant = labelledAsAsked(told, asked);
  if (meant.length === 0) return unreadable(`it marks something else: ${told[0]!.label!.slice(0, 40)}`);
  const placed = meant.map((marked) => placeBox(marked, convention, image));
  const wrong = placed.find((box) => 'why' in box);
  if (wrong && 'why' in wrong) return unreadable(wrong.why);
  const distinct = (placed as Box[]).filter(
    (box, i, all) => all.findIndex((b) => b.join() === box.join()) === i,
  );
  if (distinct.length > 1 && !asked.several) return unreadable(`it marks ${distinct.length} regions for one`);
  return { kind: 'boxes', boxes: distinct as [Box, ...Box[]] };
}

const unreadable = (why: string): BoxReply => ({ kind: 'unreadable', why });

/** What is said outside of thoughts, in plain characters. */
const tidied = (reply: string): string =>
  answerWithin(withoutThoughts(reply).text)
    .slice(0, MAX_LENGTH)
    .normalize('NFKC')
    // One character may have become eighteen.
    .slice(0, MAX_LENGTH)
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2212\u2013]/g, '-')
    .replace(/<(?!loc\d)[|]?\/?[a-z_]{1,30}[|]?>/gi, ' ')
    .trim();

/** As JSON where it is that, else by its numbers. */
function readMarks(text: string, cut: boolean): Marks {
  const json = cut ? undefined : jsonOf(text);
  const marks = json && marksIn(json.value, json.before);
  // What stands in prose before it counts as well.
  if (marks && (marks.boxes.length > 0 || marks.none))
    return { ...marks, boxes: [...numbersIn(json.before, false), ...marks.boxes] };
  return { boxes: numbersIn(text, cut), none: false };
}

const FENCES = /```(?:json|python)?/gi;

/** The JSON in a text, mended where a model has written it as it liked: quotes, commas, lines. */
function jsonOf(text: string): { readonly value: unknown; readonly before: string } | undefined {
  const plain = text.replace(FENCES, ' ');
  const start = plain.search(/[[{]/);
  const end = Math.max(plain.lastIndexOf(']'), plain.lastIndexOf('}')) + 1;
  if (start < 0 || end <= start) return undefined;
  const json = plain.slice(start, end);
  // Prose with brackets in it is not JSON, whatever could be made of it.
  if (
    !/^(?:\[\s*)*(?:\{\s*["'\w]|[\]"'\d.-]|\{\s*\})/.test(json) ||
    /[\]}][^\]}[{,"']*\p{L}/u.test(json.replace(/"(?:[^"\\]|\\.)*"/g, '""'))
  )
    return undefined;
  try {
    return { value: JSON.parse(jsonrepair(json)), before: plain.slice(0, start) };
  } catch {
    return undefined;
  }
}

const BOX_KEY =
  /^(?:bbox(?:_?2d)?|box(?:_?2d)?|bounding_?box|boxes|bboxes|coordinates?|coords?|position|rect(?:angle)?|region|location|area)$/i;
const LABEL_KEY = /^(?:label|name|object|class|category|phrase|ref|description|text_content|caption)$/i;
const FOUND_KEY = /^(?:found|present|exists?|visible|detected|is_present)$/i;
const POINT_KEY = /point/i;
/** Deeper nothing is looked for. */
const MAX_DEPTH = 8;
const MAX_BOXES = 100;

/** The boxes in a JSON value. */
function marksIn(value: unknown, before: string): Marks {
  const boxes: Marked[] = [];
  let none = isEmpty(value);
  const add = (numbers: Numbers | undefined, label: string | undefined): boolean => {
    if (numbers && boxes.length < MAX_BOXES)
      boxes.push({ ...numbers, before, ...(label !== undefined && { label }) });
    return numbers !== undefined;
  };
  const visit = (value: unknown, label: string | undefined, depth: number): void => {
    if (depth > MAX_DEPTH || add(boxOf(value), label)) return;
    if (Array.isArray(value)) {
      for (const each of value) visit(each, label, depth + 1);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const entries = Object.entries(value);
    const [, named] = entries.find(([key, text]) => LABEL_KEY.test(key) && typeof text === 'string') ?? [];
    const own = (named as string | undefined) ?? label;
    for (const [key, inner] of entries) {
      if (POINT_KEY.test(key)) continue;
      if (FOUND_KEY.test(key) && (inner === false || inner === 'false')) none = true;
      if (BOX_KEY.test(key) && isEmpty(inner)) none = true;
      if (typeof inner === 'object' || BOX_KEY.test(key)) visit(inner, own, depth + 1);
    }
  };
  visit(value, undefined, 0);
  const real = boxes.filter(({ numbers }) => numbers.some((v) => v !== 0));
  return {
    boxes: none && real.length === 0 ? [] : real,
    none: none || (boxes.length > 0 && real.length === 0),
  };
}

/** null, "none", [], {}, [[]], {"objects": []} */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === 'string') return /^\s*(?:none|null|n\/a)?\s*$/i.test(value);
  if (Array.isArray(value)) return value.every(isEmpty);
  if (typeof value !== 'object') return false;
  const entries = Object.entries(value);
  return entries.every(([key, inner]) => (LABEL_KEY.test(key) ? entries.length > 1 : isEmpty(inner)));
}

const numberOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  const match =
    typeof value === 'string' ? /^\s*([+-]?\d{1,9}(?:\.\d{1,12})?)\s*(?:px|pixels?)?\s*$/i.exec(value) : null;
  return match ? Number(match[1]) : undefined;
};

/** [1, 2, 3, 4], ["1", …], "1, 2, 3, 4", [[1, 2], [3, 4]], corners by name, or a place and a size. */
function boxOf(value: unknown): Numbers | undefined {
  if (typeof value === 'string') {
    const [first, more] = numbersIn(value, false);
    return more ? undefined : first;
  }
  if (Array.isArray(value)) {
    const points = value.length === 2 && value.every((each) => Array.isArray(each) && each.length === 2);
    const four = (points ? value.flat() : value).map(numberOf);
    return four.length === 4 ? asNumbers(four, false) : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return cornersOf(value as Readonly<Record<string, unknown>>);
}

const asNumbers = (
  four: readonly (number | undefined)[],
  named: boolean,
  unit: Numbers['unit'] = 'convention',
): Numbers | undefined =>
  four.every((v) => v !== undefined && Number.isFinite(v))
    ? { numbers: four as unknown as Numbers['numbers'], named, unit }
    : undefined;

/** Names of the corners' coordinates, in the order x1, y1, x2, y2. */
const CORNERS: readonly RegExp[] = [
  /^(?:x_?min|x1|x0|left|xmin)$/i,
  /^(?:y_?min|y1|y0|top|ymin)$/i,
  /^(?:x_?max|x2|right)$/i,
  /^(?:y_?max|y2|bottom)$/i,
];
const SIZES: readonly RegExp[] = [
  /^(?:x|left|x_?min|x1)$/i,
  /^(?:y|top|y_?min|y1)$/i,
  /^(?:w|width)$/i,
  /^(?:h|height)$/i,
];
const POINTS: readonly RegExp[] = [
  /^(?:top_?left|start|min|p1|from|upper_?left)$/i,
  /^(?:bottom_?right|end|max|p2|to|lower_?right)$/i,
];

function cornersOf(object: Readonly<Record<string, unknown>>): Numbers | undefined {
  const entries = Object.entries(object);
  const get = (name: RegExp): unknown => entries.find(([key]) => name.test(key))?.[1];
  const found = asNumbers(
    CORNERS.map((name) => numberOf(get(name))),
    true,
  );
  if (found) return found;
  const [x, y, w, h] = SIZES.map((name) => numberOf(get(name)));
  if (x !== undefined && y !== undefined && w !== undefined && h !== undefined)
    return asNumbers([x, y, x + w, y + h], true);
  const points = POINTS.map((name) => pointOf(get(name)));
  return points[0] && points[1] ? asNumbers([...points[0], ...points[1]], true) : undefined;
}

function pointOf(value: unknown): readonly [number, number] | undefined {
  const two = Array.isArray(value)
    ? value
    : typeof value === 'object' && value !== null
      ? ['x', 'y'].map((k) => (value as Record<string, unknown>)[k])
      : [];
  const [x, y] = two.map(numberOf);
  return two.length === 2 && x !== undefined && y !== undefined ? [x, y] : undefined;
}

const N = String.raw`([+-]?(?:\d{1,9}(?:\.\d{1,12})?|\.\d{1,12})(?:e[+-]?\d{1,2})?) ?(%?)(?: ?px)?`;
const AND = String.raw`(?:\s*[,;]\s*|\s+)`;
const pair = String.raw`[(\[]\s*${N}${AND}${N}\s*[)\]]`;
const named = (...names: readonly string[]) =>
  String.raw`["']?\b(?:${names.join('|')})["']?\s*[:=]\s*["']?${N}["']?`;
const BETWEEN = String.raw`[\s,;]{0,9}`;
const X1 = named('x_?min', 'x1', 'x0', 'left');
const Y1 = named('y_?min', 'y1', 'y0', 'top');
const X2 = named('x_?max', 'x2', 'right');
const Y2 = named('y_?max', 'y2', 'bottom');
const X = named('x', 'left');
const Y = named('y', 'top');
const W = named('w', 'width');
const H = named('h', 'height');

interface Form {
  readonly pattern: string;
  /** Where x1, y1, x2, y2 (or a place and a size) are among the numbers, where the form names them. */
  readonly names?: readonly [number, number, number, number];
  readonly size?: boolean;
}

/** Ways to write a box in prose. Each says by itself where it ends. */
const FORMS: readonly Form[] = [
  { pattern: String.raw`${pair}\s*(?:[,;-]|to|and)?\s*${pair}` },
  { pattern: String.raw`[(\[{]\s*${N}${AND}${N}${AND}${N}${AND}${N}\s*[)\]}]` },
  { pattern: [X1, Y1, X2, Y2].join(BETWEEN), names: [0, 1, 2, 3] },
  { pattern: [X1, X2, Y1, Y2].join(BETWEEN), names: [0, 2, 1, 3] },
  { pattern: [Y1, X1, Y2, X2].join(BETWEEN), names: [1, 0, 3, 2] },
  { pattern: [X, Y, W, H].join(BETWEEN), names: [0, 1, 2, 3], size: true },
  { pattern: String.raw`\|\s*${N}\s*\|\s*${N}\s*\|\s*${N}\s*\|\s*${N}\s*\|` },
];
/** PaliGemma's location tokens: y1, x1, y2, x2 in 1024ths, and the name behind them. */
const LOC = /<loc(\d{4})>\s*<loc(\d{4})>\s*<loc(\d{4})>\s*<loc(\d{4})>(?<label>[^<;\n]*)/g;

/** Numbers and nothing else: only then do they need no brackets. */
const BARE = new RegExp(String.raw`^${N}${AND}${N}${AND}${N}${AND}${N}\.?$`, 'i');

/** The boxes that are written in a text, in their order; none lies within another one. */
function numbersIn(text: string, cut: boolean): Marked[] {
  const locs = [...text.matchAll(LOC)].map(({ 1: y1, 2: x1, 3: y2, 4: x2, index, groups }): Marked => {
    const label = groups!.label!.trim();
    const numbers = [x1, y1, x2, y2].map(Number) as unknown as Numbers['numbers'];
    return { numbers, unit: 'loc', named: true, before: text.slice(0, index), ...(label && { label }) };
  });
  if (locs.length > 0) return locs;
  const found = FORMS.flatMap(({ pattern, ...form }) =>
    [...text.matchAll(new RegExp(pattern, 'gi'))].slice(0, MAX_BOXES).map((match) => ({ match, form })),
  ).toSorted((a, b) => a.match.index - b.match.index);
  const boxes: Marked[] = [];
  let from = 0;
  for (const { match, form } of found) {
    if (match.index < from) continue;
    from = match.index + match[0].length;
    const numbers = readGroups(match.slice(1), form);
    if (numbers) boxes.push({ ...numbers, before: text.slice(0, match.index) });
  }
  const bare = found.length > 0 || cut ? null : BARE.exec(text);
  const numbers = bare && readGroups(bare.slice(1), {});
  return numbers ? [{ ...numbers, before: '' }] : boxes;
}

/** @param groups numbers and what is behind each, a percent sign or nothing */
function readGroups(
  groups: readonly (string | undefined)[],
  { names, size }: Omit<Form, 'pattern'>,
): Numbers | undefined {
  const inOrder = [0, 2, 4, 6].map((i) => Number(groups[i]));
  const percents = [1, 3, 5, 7].filter((i) => groups[i] === '%').length;
  if (percents !== 0 && percents !== 4) return undefined;
  const [a, b, c, d] = names ? names.map((at) => inOrder[at]!) : inOrder;
  return asNumbers(
    size ? [a, b, a! + c!, b! + d!] : [a, b, c, d],
    names !== undefined,
    percents === 4 ? 'percent' : 'convention',
  );
}

const GENERIC =
  /^(?:the )?(?:it|this|object|target|region|box|bbox|answer|result|item|thing|referent|bounding box|[a-k]|\d+)?$/i;
const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((word) => !ARTICLES.has(word))
    .map((word) => word.replace(/(?<=\p{L}{3})s$/u, ''));
const ARTICLES = new Set(['the', 'a', 'an', 'of', 'in', 'on', 'is', 'are', 'all']);

/** The boxes whose label is what was asked for: to the letter where one is, else what shares its noun or a word with it. */
function labelledAsAsked(boxes: readonly Marked[], { expression, nouns }: AskedFor): readonly Marked[] {
  if (expression === '') return boxes;
  const asked = wordsOf(expression).join(' ');
  const exact = boxes.filter(({ label }) => label !== undefined && wordsOf(label).join(' ') === asked);
  if (exact.length > 0) return exact;
  const known = new Set([...wordsOf(expression), ...nouns.flatMap(wordsOf)]);
  return boxes.filter(
    ({ label }) =>
      label === undefined ||
      GENERIC.test(label.trim()) ||
      wordsOf(label).some((word) => known.has(word)) ||
      !/[a-z]/i.test(label),
  );
}

const REFUSAL =
  /\b(?:sorry|unable|(?:can(?:no|')?t|can not|won't|will not) (?:help|assist|provide|process|view|see images|identify|do that|comply))\b/i;
const LOOKED = /\b(?:find|locate|there (?:is|are) no|not (?:present|visible|in the))\b/i;
const OTHERS = '(?! (?:other|another|further|more|additional|else))';
const ABSENT = new RegExp(
  [
    String.raw`^\W*(?:none|null|nothing|n\/a|no|not (?:there|found|present|visible))\W*$`,
    String.raw`^\W*(?:none|nothing|no such)\b`,
    String.raw`\b(?:not (?:present|visible|found|there|shown|in the (?:image|picture|photo))|isn't (?:present|visible|there|any|in)|aren't any|there (?:is|are) no\b${OTHERS}|no such|does(?:n't| not) (?:exist|appear|contain|show|seem to)|(?:can't|cannot|can not|could not|couldn't) (?:find|locate))`,
    '没有(?!其他|其它|别的)|沒有(?!其他|其它|別的)|不存在|未(?:找到|发现|检测到|出现)|找不到|看不到|未見|無法找到|无法找到|见つかりません|見つかりません|ありません|없습니다',
  ].join('|'),
  'i',
);
/** "None. …": the answer itself, whatever follows it. */
const DENIES_ALL = /^\W*(?:none|nothing|null)\W*[.,:;]/i;
/** "No, there is no cat, but a dog at …" denies; "No, the cat is at …" contradicts itself. */
const BEGINS_NO = /^\W*no\W*[.,:;]/i;

/** What is said besides the expression itself: "the man with no hat" denies nothing. */
function withoutEcho(text: string, { expression }: AskedFor): string {
  if (expression === '') return text;
  const plain = expression.normalize('NFKC').toLowerCase();
  let rest = text;
  for (let at = rest.toLowerCase().indexOf(plain); at >= 0; at = rest.toLowerCase().indexOf(plain)) {
    rest = `${rest.slice(0, at)} ${rest.slice(at + plain.length)}`;
  }
  return rest;
}

function withoutBox(text: string, asked: AskedFor, cut: boolean): BoxReply {
  const said = withoutEcho(text, asked);
  // "Sorry, I cannot find it" has been looking; "Sorry, I cannot see images" has not.
  if (REFUSAL.test(said) && !LOOKED.test(said)) return unreadable('the model refused to answer');
  if (ABSENT.test(said)) return { kind: 'none' };
  return unreadable(cut ? 'the answer was cut off' : 'there is no box in the answer');
}
