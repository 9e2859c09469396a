import { createHash } from 'node:crypto';
import { find } from '../../src/ask.ts';
import { type Box, height, width } from '../../src/box.ts';
import type { Detector } from '../../src/detector/detector.ts';
import { vocabularyOfStarter } from '../../src/detector/starter/starter.ts';
import { createGivenBoxes } from '../../src/evaluate/setup.ts';
import type { Picture, Raster, Rgb } from '../../src/picture/picture.ts';
import { loadCalibration } from '../../src/reasoning/calibration.ts';
import type { Candidate, ConstraintScore, Verdict } from '../../src/verdict.ts';
import { STARTER } from '../detector/starter-model.ts';

/** Something painted into a picture and given to the specialist as seen. */
export interface Thing {
  readonly label: string;
  readonly box: Box;
  /** What a test calls it; by default its label with its number among its kind, "dog 1". */
  readonly name?: string;
  /** The detector's score, which is its certainty too. */
  readonly score?: number;
  readonly colour?: Rgb;
  /** Colours from top to bottom, each up to a share of the height: a person's cap, shirt and trousers. */
  readonly bands?: ReadonlyArray<readonly [until: number, colour: Rgb]>;
  readonly shape?: 'ellipse' | 'rectangle';
}

export interface SceneOptions {
  readonly width?: number;
  readonly height?: number;
  readonly background?: Rgb;
  /** Brightness of the light at a place, as shares of width and height; 1 leaves colours as they are. */
  readonly light?: (u: number, v: number) => number;
  /** Greatest deviation of a channel. */
  readonly noise?: number;
}

/** A synthetic picture and what there is to see in it. */
export interface TestScene {
  readonly picture: Picture;
  readonly things: readonly Thing[];
}

export const GRASS: Rgb = [96, 128, 74];
const FUR: Rgb = [124, 92, 60];

/** Paints things, later ones over earlier ones, on a slightly noisy background. */
export function paint(things: readonly Thing[], options: SceneOptions = {}): TestScene {
  const { width: w = 400, height: h = 300, background = GRASS, light, noise = 6 } = options;
  const data = new Uint8Array(w * h * 3);
  const random = randomNumbers();
  for (let i = 0; i < data.length; i++) data[i] = background[i % 3]!;
  for (const thing of things) fill(data, w, h, thing);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    const bright = light ? light((pixel % w) / w, Math.floor(pixel / w) / h) : 1;
    data[i] = Math.min(255, Math.max(0, data[i]! * bright + noise * random()));
  }
  return { picture: pictureOf({ width: w, height: h, data }), things };
}

function fill(data: Uint8Array, w: number, h: number, thing: Thing): void {
  const [x1, y1, x2, y2] = thing.box.map(Math.floor) as [number, number, number, number];
  for (let y = Math.max(0, y1); y < Math.min(h, y2 + 1); y++) {
    const colour = colourAt(thing, y + 0.5);
    for (let x = Math.max(0, x1); x < Math.min(w, x2 + 1); x++) {
      if (covers(thing, x + 0.5, y + 0.5)) data.set(colour, (y * w + x) * 3);
    }
  }
}

/** Repeatable numbers in -1..1. */
function randomNumbers(): () => number {
  let state = 12345;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function covers({ box, shape = 'ellipse' }: Thing, x: number, y: number): boolean {
  const [x1, y1, x2, y2] = box;
  if (x < x1 || x > x2 || y < y1 || y > y2) return false;
  if (shape === 'rectangle') return true;
  return ((2 * x - x1 - x2) / width(box)) ** 2 + ((2 * y - y1 - y2) / height(box)) ** 2 <= 1;
}

function colourAt({ box, colour = FUR, bands = [] }: Thing, y: number): Rgb {
  const share = (y - box[1]) / height(box);
  return bands.find(([until]) => share <= until)?.[1] ?? colour;
}

/** A picture made of pixels, as if it had been read from a PNG. */
export function pictureOf(raster: Raster): Picture {
  const sha256 = createHash('sha256').update(raster.data).digest('hex');
  return { width: raster.width, height: raster.height, sha256, format: 'png', raster };
}

const vocabulary = vocabularyOfStarter(STARTER);
const calibration = loadCalibration();

/** A specialist that sees exactly the things of a scene and knows the words of the real vocabulary. */
export function eyesOn({ things }: TestScene): Detector {
  const boxes = things.map(({ label, box, score = 0.95 }) => ({ category: label, score, box }));
  return createGivenBoxes(() => boxes, new Set(), vocabulary);
}

/** The whole way of a question, without a detector. */
export const ask = (scene: TestScene, expression: string): Promise<Verdict> =>
  find({ picture: scene.picture, expression }, { detector: eyesOn(scene), calibration });

/** The name of the thing with a candidate's box. */
export function nameOf({ things }: TestScene, { box }: Pick<Candidate, 'box'>): string {
  const thing = things.find((t) => t.box === box || t.box.every((v, i) => v === box[i]));
  if (!thing) throw new Error(`nothing was painted at ${box.join(' ')}`);
  const kind = things.filter((t) => t.label === thing.label);
  return thing.name ?? `${thing.label} ${kind.indexOf(thing) + 1}`;
}

/** The outcome and what is pointed at, on one line: "found: dog 1, dog 2". */
export async function answer(scene: TestScene, expression: string): Promise<string> {
  const { outcome, candidates } = await ask(scene, expression);
  return [
    outcome,
    ...(candidates.length > 0 ? [candidates.map((k) => nameOf(scene, k)).join(', ')] : []),
  ].join(': ');
}

/**
 * The name of what fits best, where it leads clearly; "a tie" where it does not, "nothing" when the answer is that it
 * is not there. Whether the lead is enough to call it found is a matter of calibration, not of reasoning.
 */
export async function best(scene: TestScene, expression: string): Promise<string> {
  const { outcome, considered } = await ask(scene, expression);
  const [first, second] = considered;
  if (outcome === 'not-present' || !first) return 'nothing';
  return second && second.score > 0.9 * first.score ? 'a tie' : nameOf(scene, first);
}

/** How one kind of constraint fares on each thing of the target's kind, by the names of the things. */
export async function judged(
  scene: TestScene,
  expression: string,
  kind: ConstraintScore['kind'],
): Promise<Record<string, number | undefined>> {
  const { considered } = await ask(scene, expression);
  return Object.fromEntries(
    considered.map((k) => {
      const scores = k.judgements.filter((j) => j.kind === kind).map((j) => j.score);
      if (scores.length === 0) throw new Error(`"${expression}" says nothing about ${kind}`);
      return [nameOf(scene, k), scores.includes(undefined) ? undefined : Math.min(...(scores as number[]))];
    }),
  );
}
