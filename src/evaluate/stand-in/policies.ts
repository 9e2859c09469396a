import { createHash } from 'node:crypto';
import { type Box, iou } from '../../box.ts';
import { readExpression } from '../../expression/read.ts';
import type { TokenAlternative } from '../../mllm/mllm.ts';
import type { Convention } from '../../mllm/profile.ts';
import type { Size } from '../../picture/picture.ts';
import { type Knowledge, knowledgeOf, type Truth } from './truth.ts';
import type { Policy, Said, Seen } from './wire.ts';

/** "A. (12,30),(200,180)" or "- B: None": the options that a prompt offers, in its order. */
const OPTION = /^\W{0,3}([A-Z])[.):]\s*(.*)$/gm;

export interface Option {
  readonly letter: string;
  readonly text: string;
}

export const optionsOf = (prompt: string): Option[] =>
  [...prompt.matchAll(OPTION)].map(([, letter = '', text = '']) => ({ letter, text: text.trim() }));

const isNone = ({ text }: Option): boolean => /^none\b/i.test(text);

/** A letter, surely, and the others as its alternatives. */
function choose(options: readonly Option[], chosen: Option | undefined, otherwise: string): Said {
  if (!chosen) return { text: otherwise };
  const rest = 0.05 / Math.max(1, options.length - 1);
  const first = options.map(({ letter }) => ({
    token: letter,
    logprob: Math.log(letter === chosen.letter ? 0.95 : rest),
  }));
  return { text: chosen.letter, first };
}

/** Ways to answer that need no knowledge of the picture. Others may be added to the table. */
export const POLICIES: Record<string, Policy> = {
  /** The first option, whatever it is. */
  'always-first': ({ prompt }) => {
    const options = optionsOf(prompt);
    return choose(options, options[0], 'A');
  },
  /** None, whether it is offered or not. */
  'always-none': ({ prompt }) => {
    const options = optionsOf(prompt);
    return choose(options, options.find(isNone), 'None');
  },
  /** What it was asked, and the sizes of the pictures it was shown. */
  echo: ({ prompt, images }) => ({
    text: [...images.map(({ width, height }) => `[${width} x ${height}]`), prompt].join(' '),
  }),
};

/** What a prompt asks, taken from its words. */
export type Asked =
  | { readonly kind: 'selection'; readonly expression: string; readonly options: readonly Shown[] }
  | { readonly kind: 'box'; readonly expression: string; readonly mayBeAbsent: boolean }
  | { readonly kind: 'targets'; readonly expressions: Readonly<Record<string, string>> }
  | { readonly kind: 'unknown' };

/** An option; its box as shares of the picture's sides, where the prompt gives one. */
export interface Shown {
  readonly letter: string;
  readonly box?: Box;
  readonly none: boolean;
}

export function readPrompt(prompt: string): Asked {
  const described = /^Description: "([^"\n]*)"$/m.exec(prompt)?.[1];
  const options = optionsOf(prompt);
  if (described !== undefined && options.length > 0) {
    return { kind: 'selection', expression: described, options: options.map(shown) };
  }
  const located = /bounding box of "([^"\n]*)"/.exec(prompt)?.[1];
  if (located !== undefined) {
    return { kind: 'box', expression: located, mayBeAbsent: /output None/.test(prompt) };
  }
  const listed = prompt.split('Descriptions:\n').at(-1)?.split('\nAnswer:')[0];
  if (prompt.includes('Descriptions:\n') && listed) {
    return { kind: 'targets', expressions: JSON.parse(listed) as Record<string, string> };
  }
  return { kind: 'unknown' };
}

const BOX = /\((\d+),(\d+)\),\((\d+),(\d+)\)/;

function shown({ letter, text }: { letter: string; text: string }): Shown {
  const corners = BOX.exec(text)
    ?.slice(1)
    .map((v) => Number(v) / 1000);
  return {
    letter,
    none: /^none\b/i.test(text),
    ...(corners ? { box: corners as unknown as Box } : {}),
  };
}

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

/** Pseudo-random numbers, 0 up to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
