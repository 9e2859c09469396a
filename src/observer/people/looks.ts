import { area, type Box, centre, containment, height, iou, width } from '../../box.ts';
import type { Run } from '../../detector/worker/host.ts';
import type { Tensors } from '../../detector/worker/protocol.ts';
import type { PinnedFile } from '../../models/registry.ts';
import { type Picture, type Raster, toRaster } from '../../picture/picture.ts';
import { cropPicture, type TensorSpec, toTensor } from '../../picture/tensor.ts';
import { chipOf, closeUp, type Framing, jittersOf, writeChip } from './chips.ts';
import { decodeFaces, FACE_SIDE, type Face } from './faces.ts';

const FACE_INPUT: TensorSpec = { width: FACE_SIDE, height: FACE_SIDE, fit: 'letterbox', kernel: 'lanczos3' };

/** A face that scores less is mostly none, or turned away: of 27 such things on dev photos none scored more. */
const MIN_FACE_SCORE = 0.7;
/** Narrower faces, in pixels of the raster, are too small to tell. */
const MIN_WIDTH = 24;
/** Weighed log odds from which looks are told. */
const SURE = 0.5;
/** How likely they are as told then, whatever the networks say themselves: on dev photos they were in 54 of 57 faces. */
const TOLD = 0.95;

/** What a network says counts so much beside the other, which is as sure of less. */
interface Judge {
  readonly weights: 'apparent-gender' | 'face-api-gender';
  readonly framing: Framing;
  readonly weight: number;
}

/** Both networks, each with faces framed as those that it was trained on. */
const JUDGES: readonly Judge[] = [
  {
    weights: 'apparent-gender',
    weight: 0.5,
    framing: {
      side: 32,
      divisor: 256,
      // The eyes between the corners of dlib's five landmarks; nose and mouth where the face detector sees them then, the mean of
      // 42 faces. A little more around the face than in training gave fewer errors.
      template: [
        [0.3182, 0.3143],
        [0.6685, 0.3141],
        [0.4933, 0.52],
        [0.4933, 0.6867],
      ],
      jitters: jittersOf([0.88, 1, 1.14]),
    },
  },
  {
    weights: 'face-api-gender',
    weight: 1,
    framing: {
      side: 112,
      divisor: 255,
      // The face detector's box and a tenth more, about that of face-api.js's landmarks: the mean of 43 faces.
      template: [
        [0.3279, 0.3082],
        [0.6858, 0.3152],
        [0.51, 0.5326],
        [0.5085, 0.7028],
      ],
      jitters: jittersOf([1]),
    },
  },
];

/** Where the weights of each network lie. */
export type LooksModels = Readonly<Record<'blazeface' | Judge['weights'], PinnedFile>>;

/**
 * How likely each person looks like a woman, by the face: undefined where no face is seen well enough, or the networks are not sure.
 * Each face belongs to one person at most.
 */
export async function readLooks(
  picture: Picture,
  people: readonly Box[],
  models: LooksModels,
  run: Run,
): Promise<(number | undefined)[]> {
  const seen: Face[] = [];
  for (const part of people.flatMap((person) => areasOf(person, picture))) {
    seen.push(...(await facesIn(picture, part, models.blazeface, run)));
  }
  const byPerson = assign(distinct(seen), people);
  const told: (number | undefined)[] = [];
  for (const face of byPerson.map((own) => own && onRaster(picture, own))) {
    const isClear = face !== undefined && width(face.box) >= MIN_WIDTH;
    told.push(isClear ? await womanliness(picture, face, models, run) : undefined);
  }
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

/** A face that fits several people nearly as well, by so much of the best, is the surest one's. */
const NEARLY = 0.75;

/** Gives each person a face, if one fits: of several, as of a man with a child on his back, the largest. @param people surest first */
export function assign(faces: readonly Face[], people: readonly Box[]): (Face | undefined)[] {
  const given: (Face | undefined)[] = people.map(() => undefined);
  for (const face of faces.toSorted((a, b) => area(b.box) - area(a.box))) {
    const fits = people.map((person) => fitOf(face, person));
    const best = Math.max(...fits);
    const owner = fits.findIndex((fit) => fit > 0 && fit >= NEARLY * best);
    if (owner >= 0) given[owner] ??= face;
  }
  return given;
}

/** 0 where it cannot be the person's own face; else more the surer it is, the higher up, the nearer to the middle and the less outside. */
function fitOf(face: Face, person: Box): number {
  const [x, y] = centre(face.box);
  const [w, h] = [width(person), height(person)];
  const across = (x - person[0]) / w;
  const down = (y - person[1]) / h;
  const upright = h > 1.1 * w;
  if (across < 0 || across > 1 || down < -0.05 || down > (upright ? 0.55 : 1)) return 0;
  if (width(face.box) > 1.1 * Math.min(w, h)) return 0;
  const inside = containment(face.box, person);
  return Math.max(0, inside * (face.score - 0.3 * Math.abs(across - 0.5) - (upright ? 0.4 * down : 0)));
}

function onRaster(picture: Picture, face: Face): Face {
  const points = face.points.map(([x, y]) => toRaster(picture, [x, y, x, y]).slice(0, 2));
  return { ...face, box: toRaster(picture, face.box), points: points as unknown as Face['points'] };
}

/** What both networks say together. @param face in pixels of the raster */
async function womanliness(
  { raster }: Picture,
  face: Face,
  models: LooksModels,
  run: Run,
): Promise<number | undefined> {
  let odds = 0;
  for (const { weights, framing, weight } of JUDGES) {
    const images = await chipsOf(raster, face, framing);
    const { outputs } = await run(models[weights], { images });
    odds += weight * meanLogOdds(floats(outputs, 'probabilities'));
  }
  if (Math.abs(odds) < SURE) return undefined;
  return odds > 0 ? TOLD : 1 - TOLD;
}

/** Several slightly different looks at a face, f32[N, 3, side, side]. */
async function chipsOf(raster: Raster, face: Face, framing: Framing) {
  const { side, jitters } = framing;
  const length = 3 * side * side;
  const data = new Float32Array(jitters.length * length);
  const close = await closeUp(raster, face, framing);
  jitters.forEach((jitter, i) => {
    const out = data.subarray(i * length, (i + 1) * length);
    writeChip(close.raster, chipOf(close.face, framing, jitter), { ...framing, ...jitter }, out);
  });
  return { type: 'float32', data, dims: [jitters.length, 3, side, side] } as const;
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
