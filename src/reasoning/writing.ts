import { type Box, centre, containment, height } from '../box.ts';
import type { NounPhrase, Query, ReadingConstraint } from '../expression/query.ts';
import { BOARDS, isWritingMeant } from '../expression/writing.ts';
import type { WrittenLine } from '../observer/observer.ts';
import { editDistance, truncate } from '../text.ts';
import type { ConstraintScore } from '../verdict.ts';
import type { DetectedRegion, NounDetections, Scene } from './detections.ts';

/** How well writing fits what is asked for, 0..1, and what was read there. */
export interface Reading {
  readonly fit: number;
  readonly read: string;
}

/** A line is on a thing when so much of it lies inside. */
const ON = 0.6;

/** What is written on a region, compared with what is asked for; undefined where nothing could be read there. */
export function readOn(box: Box, text: string, lines: readonly WrittenLine[]): Reading | undefined {
  const there = inOrder(lines.filter((line) => containment(line.box, box) >= ON));
  if (there.length === 0) return undefined;
  const read = there.map((line) => line.text).join(' ');
  return { fit: fitOf(text, there), read: read.length > MAX_TOLD ? `${truncate(read, MAX_TOLD)}…` : read };
}

/** So much of what was read is repeated in a reason, in characters. */
const MAX_TOLD = 60;

/** As people read: line by line from above, each from the left. */
export function inOrder(lines: readonly WrittenLine[]): WrittenLine[] {
  return lines.toSorted((a, b) => {
    const [ax, ay] = centre(a.box);
    const [bx, by] = centre(b.box);
    const height = Math.min(a.box[3] - a.box[1], b.box[3] - b.box[1]);
    return Math.abs(ay - by) < height / 2 ? ax - bx : ay - by;
  });
}

/** Letters that are misread for digits, and the other way round. */
const AS_DIGIT: Readonly<Record<string, string>> = {
  ...{ O: '0', Q: '0', D: '0', I: '1', L: '1', Z: '2', S: '5', G: '6', B: '8' },
};
const AS_LETTER: Readonly<Record<string, string>> = { 0: 'O', 1: 'I', 2: 'Z', 5: 'S', 6: 'G', 8: 'B' };
/** Words up to this must be there to the letter; of longer ones a letter in six may be misread, and is not believed beyond. */
const TO_THE_LETTER = 5;
const NEARLY = 0.83;

const plain = (text: string): string => text.normalize('NFKC').toUpperCase();
const wordsOf = (text: string): string[] => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];
const hasDigit = (word: string): boolean => /\p{N}/u.test(word);

/** A word that was read, as what it may have been misread for: as digits where some of it are, else as letters. */
function asMeant(word: string): string {
  const table = hasDigit(word) && /^[\p{N}OQDILZSGB]+$/u.test(word) ? AS_DIGIT : AS_LETTER;
  return [...word].map((c) => table[c] ?? c).join('');
}

/**
 * How much of a text stands in some lines, 0..1, by its words: case, spaces, punctuation and characters that look alike do
 * not matter, and in a longer word a few letters may be misread. A part of a longer word is not that word.
 */
export function fitOf(text: string, lines: readonly WrittenLine[]): number {
  const words = wordsOf(text);
  const whole = words.join('');
  if (whole === '') return 0;
  const read = lines.map((line) => wordsOf(line.text));
  const single = [...new Set(read.flat().flatMap((word) => [word, asMeant(word)]))];
  // Words are cut apart and run together when they are read: neighbours count as one, too.
  const joined = [...read, read.flat()].flatMap((row) => neighbours(row, words.length + 1));
  const wordFit = (word: string): number =>
    word.length <= TO_THE_LETTER || /^\p{N}+$/u.test(word)
      ? Number(single.includes(word))
      : fitting(word, single);
  const weighted = words.reduce((sum, word) => sum + word.length * wordFit(word), 0) / whole.length;
  const together =
    whole.length <= TO_THE_LETTER
      ? Number(joined.includes(whole))
      : fitting(hasDigit(whole) ? asMeant(whole) : whole, hasDigit(whole) ? joined.map(asMeant) : joined);
  return Math.max(weighted, together);
}

/** Up to so many words after each other, as one. */
function neighbours(row: readonly string[], most: number): string[] {
  const all: string[] = [];
  for (let from = 0; from < row.length; from++) {
    for (let to = from + 1; to <= Math.min(row.length, from + most); to++)
      all.push(row.slice(from, to).join(''));
  }
  return all;
}

/** The best fit of a word among others, where it is good enough. */
function fitting(word: string, others: readonly string[]): number {
  const best = Math.max(0, ...others.map((other) => likeness(word, other)));
  return best >= NEARLY ? best : 0;
}

/** 1 less the share of letters that have to be changed (Levenshtein). */
function likeness(a: string, b: string): number {
  const longer = Math.max(a.length, b.length);
  if (longer > 100 || Math.abs(a.length - b.length) > longer * (1 - NEARLY)) return 0;
  return 1 - editDistance(a, b) / longer;
}

/** Fits at least so well. */
const HOLDS = 0.8;
/** Part of it is there: the rest may be what could not be read. */
const PARTLY = 0.5;

/** How writing that is asked for fares on one of several regions. */
export function scoreReading(
  { words, text }: Pick<ReadingConstraint, 'words' | 'text'>,
  box: Box,
  all: readonly Box[],
  lines: readonly WrittenLine[] | undefined,
): ConstraintScore {
  const said = (score: number | undefined, reason: string): ConstraintScore => ({
    ...{ kind: 'reading', words, score, reason },
  });
  if (!lines) return said(undefined, 'writing is not read here');
  const here = readOn(box, text, lines);
  if (here && here.fit >= HOLDS) return said(0.95, `reads "${here.read}"`);
  const isOnAnother = all.some((other) => other !== box && (readOn(other, text, lines)?.fit ?? 0) >= HOLDS);
  const read = here ? `reads "${here.read}"` : 'shows no writing that I can read';
  if (isOnAnother) return said(0.05, `${read}, and another one has it`);
  if (!here || here.fit >= PARTLY || !isOfItsKind(text, here.read)) return said(undefined, read);
  return said(0.15, read);
}

/** A number was asked for and one was read, or a word: then what was read is not what was asked for. */
function isOfItsKind(text: string, read: string): boolean {
  const kind = /\p{N}/u.test(text) ? /\p{N}/u : /\p{L}{3}/u;
  return kind.test(read);
}

/** A scene in which writing that is meant itself, and what is known by its writing only, has regions: its lines. */
export function withWrittenRegions(scene: Scene, { target }: Query): Scene {
  const lines = scene.observed?.lines;
  const before = scene.detections.get(target);
  if (!lines || !before) return scene;
  const isMeant = isWritingMeant(target);
  const isForReading = BOARDS.has(target.nouns.at(-1)!) && before.match !== 'same';
  if (!isMeant && !isForReading) return scene;
  const text = textSought(target);
  const groups = text === '' ? (isMeant ? lines.map((line) => [line]) : []) : groupsWith(text, lines);
  if (groups.length === 0) return scene;
  const regions = groups.map((group) => regionOf(group, isMeant ? 0 : BOARD));
  const detections: NounDetections = { noun: target.nouns.at(-1)!, match: 'same', dropped: '', regions };
  return { ...scene, detections: new Map([...scene.detections, [target, detections]]) };
}

/** What has to be written there: what is said to be, or what stands before the noun ("exit" of "exit sign"). */
function textSought({ nouns, constraints }: NounPhrase): string {
  const texts = constraints.flatMap((k) => (k.kind === 'reading' && !k.negated ? [k.text] : []));
  const [longest = ''] = nouns;
  return texts.length > 0 ? texts.join(' ') : longest.slice(0, longest.length - nouns.at(-1)!.length).trim();
}

/** Lines that say it together, each line once. */
function groupsWith(text: string, lines: readonly WrittenLine[]): WrittenLine[][] {
  const alone = lines.filter((line) => fitOf(text, [line]) >= HOLDS);
  if (alone.length > 0) return alone.map((line) => [line]);
  const parts = lines.filter((line) => fitOf(line.text, [{ ...line, text }]) >= HOLDS);
  const together = inOrder(
    parts.filter((line) => parts.some((other) => other !== line && isNear(line, other))),
  );
  return together.length > 0 && fitOf(text, together) >= HOLDS ? [together] : [];
}

/** Lines of one text stand closer than they are high. */
function isNear(a: WrittenLine, b: WrittenLine): boolean {
  const most = 1.5 * Math.max(height(a.box), height(b.box));
  const gap = (from: 0 | 1): number =>
    Math.max(a.box[from], b.box[from]) - Math.min(a.box[from + 2]!, b.box[from + 2]!);
  return gap(0) < most && gap(1) < most;
}

/** What carries writing reaches so far beyond it, by the height of the line. */
const BOARD = 0.4;

function regionOf(group: readonly WrittenLine[], margin: number): DetectedRegion {
  const by = margin * Math.max(...group.map(({ box }) => height(box)));
  const box: Box = [
    Math.min(...group.map((line) => line.box[0])) - by,
    Math.min(...group.map((line) => line.box[1])) - by,
    Math.max(...group.map((line) => line.box[2])) + by,
    Math.max(...group.map((line) => line.box[3])) + by,
  ];
  const score = Math.min(...group.map((line) => line.score));
  return { box, label: 'writing', score, certainty: score, rankWeight: score, rival: 0 };
}
