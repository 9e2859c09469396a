import { type Box, centre, height, iou, width } from '../../box.ts';
import type { Run } from '../../detector/worker/host.ts';
import type { Tensors } from '../../detector/worker/protocol.ts';
import type { PinnedFile } from '../../models/registry.ts';
import { type Picture, toRaster } from '../../picture/picture.ts';
import { cropPicture, type TensorSpec, toTensor } from '../../picture/tensor.ts';
import { CHIP_SIDE, chipOf, closeUp, JITTERS, writeChip } from './chips.ts';
import { decodeFaces, FACE_SIDE, type Face } from './faces.ts';

const FACE_INPUT: TensorSpec = { width: FACE_SIDE, height: FACE_SIDE, fit: 'letterbox', kernel: 'lanczos3' };

/** A face that scores less is mostly none, or turned away: of 27 such things on dev photos none scored more. */
const MIN_FACE_SCORE = 0.7;
/** Eyes closer together, in pixels of the raster, belong to faces too small or too much in profile to tell. */
const MIN_EYES = 8;
/** Mean log odds from which looks are told. */
const SURE = 1.5;
/** How likely they are as told then, whatever the network says itself: on dev photos they were in 47 of 49 faces. */
const TOLD = 0.95;

/** Where the weights of both networks lie. */
export interface LooksModels {
  readonly faces: PinnedFile;
  readonly looks: PinnedFile;
}

/**
 * How likely each person looks like a woman, by the face: undefined where no face is seen well enough, or the network is not sure.
 * Each face belongs to one person at most.
 */
export async function readLooks(
  picture: Picture,
  people: readonly Box[],
  { faces, looks }: LooksModels,
  run: Run,
): Promise<(number | undefined)[]> {
  const seen: Face[] = [];
  for (const area of people.flatMap((person) => areasOf(person, picture))) {
    seen.push(...(await facesIn(picture, area, faces, run)));
  }
  const byPerson = assign(distinct(seen), people);
  const clear = byPerson
    .map((face) => face && onRaster(picture, face))
    .map((face) => (face && isClear(face) ? face : undefined));
  const told: (number | undefined)[] = [];
  for (const face of clear) told.push(face && (await womanliness(picture, face, looks, run)));
  return told;
}

/** What is looked at for a face: around the upper part of a person, and around all of one who is not upright. */
export function areasOf(person: Box, picture: Picture): Box[] {
  const [w, h] = [width(person), height(person)];
  const [x] = centre(person);
  const upper = Math.max(1.1 * w, 0.55 * h);
  const whole = 1.1 * Math.max(w, h);
  const square = (side: number, top: number): Box => [
    Math.max(0, Math.floor(x - side / 2)),
    Math.max(0, Math.floor(top)),
    Math.min(picture.width, Math.ceil(x + side / 2)),
    Math.min(picture.height, Math.ceil(top + side)),
  ];
  const areas = [square(upper, person[1] - 0.08 * upper)];
  if (whole > 1.3 * upper || w > h) areas.push(square(whole, person[1] + h / 2 - whole / 2));
  return areas;
}

async function facesIn(picture: Picture, area: Box, weights: PinnedFile, run: Run): Promise<Face[]> {
  const { data, mapping } = await toTensor(cropPicture(picture, area), FACE_INPUT);
  const image = { type: 'float32', data, dims: [1, 3, FACE_SIDE, FACE_SIDE] } as const;
  const { outputs } = await run(weights, { image });
  const output = { scores: floats(outputs, 'scores'), faces: floats(outputs, 'faces') };
  return decodeFaces(output, { mapping, area, minScore: MIN_FACE_SCORE });
}

/** A face that several areas show counts once, as it was seen best. */
const SAME_FACE_IOU = 0.4;
function distinct(faces: readonly Face[]): Face[] {
  const kept: Face[] = [];
  for (const face of faces.toSorted((a, b) => b.score - a.score)) {
    if (kept.every((k) => iou(k.box, face.box) < SAME_FACE_IOU)) kept.push(face);
  }
  return kept;
}

/** Gives each person the face that fits best where a head is expected; a face that two persons could have goes to the better fit. */
export function assign(faces: readonly Face[], people: readonly Box[]): (Face | undefined)[] {
  const pairs = people.flatMap((person, i) =>
    faces.map((face) => ({ i, face, fit: fitOf(face, person) })).filter(({ fit }) => fit > 0),
  );
  const given: (Face | undefined)[] = people.map(() => undefined);
  const taken = new Set<Face>();
  for (const { i, face } of pairs.toSorted((a, b) => b.fit - a.fit)) {
    if (given[i] || taken.has(face)) continue;
    given[i] = face;
    taken.add(face);
  }
  return given;
}

/** 0 where it cannot be the person's own face; else more the surer it is, the higher up and the nearer to the middle. */
function fitOf(face: Face, person: Box): number {
  const [x, y] = centre(face.box);
  const [w, h] = [width(person), height(person)];
  const across = (x - person[0]) / w;
  const down = (y - person[1]) / h;
  const upright = h > 1.1 * w;
  if (across < 0 || across > 1 || down < -0.05 || down > (upright ? 0.55 : 1)) return 0;
  if (width(face.box) > 1.1 * Math.min(w, h)) return 0;
  return Math.max(0, face.score - 0.3 * Math.abs(across - 0.5) - (upright ? 0.4 * down : 0));
}

function onRaster(picture: Picture, face: Face): Face {
  const points = face.points.map(([x, y]) => toRaster(picture, [x, y, x, y]).slice(0, 2));
  return { ...face, points: points as unknown as Face['points'] };
}

const isClear = ({ points: [left, right] }: Face): boolean =>
  Math.hypot(left[0] - right[0], left[1] - right[1]) >= MIN_EYES;

/** The mean over several slightly different looks at a face. @param face with its points in pixels of the raster */
async function womanliness(
  { raster }: Picture,
  face: Face,
  weights: PinnedFile,
  run: Run,
): Promise<number | undefined> {
  const length = 3 * CHIP_SIDE * CHIP_SIDE;
  const data = new Float32Array(JITTERS.length * length);
  const close = await closeUp(raster, face);
  JITTERS.forEach((jitter, i) => {
    writeChip(
      close.raster,
      chipOf(close.face, jitter),
      jitter.mirrored,
      data.subarray(i * length, (i + 1) * length),
    );
  });
  const images = { type: 'float32', data, dims: [JITTERS.length, 3, CHIP_SIDE, CHIP_SIDE] } as const;
  const { outputs } = await run(weights, { images });
  const odds = meanLogOdds(floats(outputs, 'probabilities'));
  if (Math.abs(odds) < SURE) return undefined;
  return odds > 0 ? TOLD : 1 - TOLD;
}

/** Of pairs of probabilities, woman before man; none counts as more certain than 1 in 10,000. */
export function meanLogOdds(probabilities: Float32Array): number {
  const least = 1e-4;
  let sum = 0;
  for (let i = 0; i < probabilities.length; i += 2) {
    const woman = Math.min(Math.max(probabilities[i]!, least), 1 - least);
    sum += Math.log(woman / (1 - woman));
  }
  return sum / (probabilities.length / 2);
}

/** @throws RangeError when a graph does not give what it was pinned to give */
export function floats(outputs: Tensors, name: string): Float32Array {
  const tensor = outputs[name];
  if (tensor?.type !== 'float32') throw new RangeError(`${name} is missing`);
  return tensor.data;
}
