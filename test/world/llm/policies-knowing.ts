import { createHash } from 'node:crypto';
import { type Box, iou } from '../../../src/box.ts';
import { readExpression } from '../../../src/expression/read.ts';
import type { TokenAlternative } from '../../../src/mllm/mllm.ts';
import type { Convention } from '../../../src/mllm/profile.ts';
import type { Size } from '../../../src/picture/picture.ts';
import { type Asked, readPrompt, type Shown } from './prompt-reading.ts';
import { seeded } from './random.ts';
import type { Policy, Said, Seen } from './seen.ts';
import { type Knowledge, knowledgeOf, type Truth } from './truth.ts';

export interface KnowingOptions {
  readonly truths: readonly Truth[];
  /** How it writes boxes, whatever it is asked for: as real models do. */
  readonly convention?: Convention;
  /** How often a noisy one is wrong, 0..1. */
  readonly rate?: number;
  readonly seed?: number;
}

/** Policies that know the right answers. They see nothing but what was sent: its words, and its first image. */
export const KNOWING = {
  /** The offered region that fits the true box best, from IoU .5; else None; else, asked for a box, that box. */
  oracle: createOracle,
  /** An oracle that is wrong at a seeded rate, always the same for the same question, and says it in many ways. */
  noisy: createNoisy,
} as const satisfies Record<string, (options: KnowingOptions) => Policy>;

export function createOracle(options: KnowingOptions): Policy {
  const { truths, convention = 'relative-1000-xyxy' } = options;
  const knowledge = knowledgeOf(truths);
  return (seen) => answer(readPrompt(seen.prompt), seen, knowledge, convention);
}

export function createNoisy(options: KnowingOptions): Policy {
  const { truths, convention = 'relative-1000-xyxy', rate = 0.2, seed = 1 } = options;
  const knowledge = knowledgeOf(truths);
  return (seen) => {
    const asked = readPrompt(seen.prompt);
    const random = seeded(seed ^ digest(seen.prompt));
    const right = answer(asked, seen, knowledge, convention);
    if (asked.kind !== 'selection') return right;
    const others = asked.options.filter(({ letter }) => letter !== right.text);
    const wrong = random() < rate && others.length > 0;
    const letter = wrong ? others[Math.floor(random() * others.length)]!.letter : right.text;
    const sure = 0.5 + 0.45 * random() * (wrong ? 0.6 : 1);
    return inManner(letter, alternatives(asked.options, letter, sure), random());
  };
}

function answer(asked: Asked, seen: Seen, knowledge: Knowledge, convention: Convention): Said {
  if (asked.kind === 'targets') return { text: JSON.stringify(targetsOf(asked.expressions)) };
  if (asked.kind === 'unknown') return { text: 'I do not know what to do.' };
  const known = knowledge(asked.expression, seen.images[0]);
  if (!known) return { text: 'I have never seen this picture.' };
  if (asked.kind === 'box')
    return { text: boxText(known.box, seen.images[0]!, convention, asked.mayBeAbsent) };
  const chosen = bestOption(asked.options, known.box);
  if (!chosen) return { text: 'None of the options' };
  return { text: chosen.letter, first: alternatives(asked.options, chosen.letter, 0.97) };
}

const HIT = 0.5;

function bestOption(options: readonly Shown[], truth: Box | undefined): Shown | undefined {
  const fits = ({ box }: Shown) => (box && truth ? iou(box, truth) : 0);
  const [best] = options.filter(({ none }) => !none).toSorted((a, b) => fits(b) - fits(a));
  return best && fits(best) >= HIT ? best : options.find(({ none }) => none);
}

/** The letter with its probability; the others share the rest. */
function alternatives(options: readonly Shown[], letter: string, p: number): TokenAlternative[] {
  const rest = (1 - p) / Math.max(1, options.length - 1);
  return options.map((o) => ({ token: o.letter, logprob: Math.log(o.letter === letter ? p : rest) }));
}

const MANNERS: readonly ((letter: string) => string)[] = [
  (letter) => letter,
  (letter) => `${letter}.`,
  (letter) => letter.toLowerCase(),
  (letter) => `(${letter})`,
  (letter) => `**${letter}**`,
  (letter) => `Option ${letter}`,
  (letter) => `The answer is ${letter}.`,
  (letter) => `{"answer": "${letter}"}`,
];

function inManner(letter: string, first: readonly TokenAlternative[], random: number): Said {
  const text = MANNERS[Math.floor(random * MANNERS.length)]!(letter);
  return /^[A-Za-z]/.test(text) && !/^(?:The|Option)/.test(text)
    ? { text, first: first.map((a) => (a.token === letter ? { ...a, token: text[0]! } : a)) }
    : { text };
}

/** Written here once more, so that a fault in src/mllm/reply/box.ts cannot hide. */
const WRITERS: Readonly<Record<Convention, (box: Box, image: Size) => string>> = {
  'relative-1000-xyxy': (box) => {
    const [x1, y1, x2, y2] = box.map((v) => Math.round(v * 1000));
    return `<|box_start|>(${x1},${y1}),(${x2},${y2})<|box_end|>`;
  },
  'relative-1000-yxyx': (box) => {
    const [x1, y1, x2, y2] = box.map((v) => Math.round(v * 1000));
    return JSON.stringify([{ box_2d: [y1, x1, y2, x2], label: 'it' }]);
  },
  'pixels-resized-xyxy': ([x1, y1, x2, y2], { width, height }) => {
    const box = [x1 * width, y1 * height, x2 * width, y2 * height].map(Math.round);
    return `\`\`\`json\n${JSON.stringify([{ bbox_2d: box, label: 'it' }])}\n\`\`\``;
  },
  'unit-xyxy': (box) => {
    const [x_min, y_min, x_max, y_max] = box.map((v) => Number(v.toFixed(4)));
    return JSON.stringify({ objects: [{ x_min, y_min, x_max, y_max }] });
  },
};

/** Where None is not allowed, models point at something all the same: here the whole image. */
function boxText(box: Box | undefined, image: Size, convention: Convention, mayBeAbsent: boolean): string {
  if (!box && mayBeAbsent) return 'None';
  return WRITERS[convention](box ?? [0, 0, 1, 1], image);
}

const targetsOf = (expressions: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(expressions).map(([id, e]) => [id, readExpression(e).phrase.trim() || e]),
  );

const digest = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0);
