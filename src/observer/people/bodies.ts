import { type Box, centre, clamp, height, width } from '../../box.ts';
import type { Run } from '../../detector/worker/host.ts';
import type { PinnedFile } from '../../models/registry.ts';
import type { Picture } from '../../picture/picture.ts';
import { cropPicture, type TensorSpec, toTensor } from '../../picture/tensor.ts';
import type { Mask, ObservedPerson } from '../observer.ts';
import type { Point } from './faces.ts';
import { BODY_SIDE, decodeJoints, type JointName, type Joints } from './joints.ts';
import { floats } from './looks.ts';
import { maskOf } from './masks.ts';

const BODY_INPUT: TensorSpec = { width: BODY_SIDE, height: BODY_SIDE, fit: 'letterbox', kernel: 'lanczos3' };
/** So much more than the person is looked at, to each side. */
const MARGIN = 0.1;

type Poses = NonNullable<ObservedPerson['poses']>;
type Parts = NonNullable<ObservedPerson['parts']>;

/** Where the weights of both networks lie. */
export interface BodyModels {
  readonly joints: PinnedFile;
  readonly masks: PinnedFile;
}

/** What is seen of a person's body. */
export interface Body {
  readonly joints: Joints;
  readonly mask: Mask;
}

/** The body of each person; both networks look at the same pixels. */
export async function readBodies(
  picture: Picture,
  people: readonly Box[],
  weights: BodyModels,
  run: Run,
): Promise<Body[]> {
  const all: Body[] = [];
  for (const person of people) {
    const area = around(person, picture);
    const { data, mapping } = await toTensor(cropPicture(picture, area), BODY_INPUT);
    const image = { type: 'float32', data, dims: [1, 3, BODY_SIDE, BODY_SIDE] } as const;
    const { outputs } = await run(weights.joints, { image });
    const planes = {
      heatmaps: floats(outputs, 'heatmaps'),
      centre: floats(outputs, 'centre'),
      regression: floats(outputs, 'regression'),
      offsets: floats(outputs, 'offsets'),
    };
    const mask = floats((await run(weights.masks, { image })).outputs, 'mask');
    all.push({ joints: decodeJoints(planes, mapping, area), mask: maskOf(mask, mapping, area, person) });
  }
  return all;
}

function around([x1, y1, x2, y2]: Box, picture: Picture): Box {
  const [right, down] = [MARGIN * (x2 - x1), MARGIN * (y2 - y1)];
  const [a, b, c, d] = clamp([x1 - right, y1 - down, x2 + right, y2 + down], picture.width, picture.height);
  return [Math.floor(a), Math.floor(b), Math.ceil(c), Math.ceil(d)];
}

/** A joint that scores less is hidden, or guessed. */
const SEEN = 0.3;

type Seen = (name: JointName) => Point | undefined;
const seenIn =
  (joints: Joints): Seen =>
  (name) =>
    joints[name].score >= SEEN ? joints[name].at : undefined;

/** Between the left and the right one, or the one that is seen. */
function middleOf(seen: Seen, left: JointName, right: JointName): Point | undefined {
  const [a, b] = [seen(left), seen(right)];
  return a && b ? [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] : (a ?? b);
}

/** How sure a pose is told that is told. */
const HOLDS = 0.95;
const yes = (holds: boolean): number => (holds ? HOLDS : 1 - HOLDS);

/** A trunk that is so much longer across than up lies; one that is so much longer up than across does not. */
const LIES = 1.5;
const UPRIGHT = 1.2;
/** How far knees are below hips, in lengths of the trunk: so far at least where somebody stands, so far at most where sitting. */
const STANDS = 0.75;
const SITS = 0.5;
/** How far ankles are below knees at least where somebody stands, in the same lengths. */
const SHIN = 0.55;

/** Knees this near to the lower end of a person's box, as a share of its height, are guessed: the legs are cut off there. */
const CUT = 0.04;

/** The poses that joints tell for sure, for and against; what they do not tell is missing. @param person the box around it */
export function posesOf(joints: Joints, person: Box): Poses {
  return { ...postureOf(joints, person), ...armsOf(joints) };
}

function postureOf(joints: Joints, person: Box): Poses {
  const seen = seenIn(joints);
  const shoulders = middleOf(seen, 'leftShoulder', 'rightShoulder');
  const hips = middleOf(seen, 'leftHip', 'rightHip');
  if (!shoulders || !hips) return {};
  const [across, down] = [Math.abs(hips[0] - shoulders[0]), hips[1] - shoulders[1]];
  if (across > LIES * Math.abs(down))
    return width(person) > height(person) ? { lying: yes(true), standing: yes(false) } : {};
  if (down < UPRIGHT * across) return {};
  const trunk = Math.hypot(across, down);
  const both = seen('leftKnee') && seen('rightKnee');
  const knees = both ? middleOf(seen, 'leftKnee', 'rightKnee') : undefined;
  const ankles = middleOf(seen, 'leftAnkle', 'rightAnkle');
  if (!knees || knees[1] > person[3] - CUT * height(person)) return {};
  const thigh = (knees[1] - hips[1]) / trunk;
  if (thigh <= SITS) return { sitting: yes(true), standing: yes(false), lying: yes(false) };
  const shin = ankles ? (ankles[1] - knees[1]) / trunk : 0;
  if (thigh < STANDS || shin < SHIN) return {};
  return { standing: yes(true), sitting: yes(false), lying: yes(false) };
}

/** Arms are up where a wrist is above the head, and not where both are below the shoulders. */
function armsOf(joints: Joints): Poses {
  const seen = seenIn(joints);
  const head = seen('nose') ?? middleOf(seen, 'leftEye', 'rightEye') ?? middleOf(seen, 'leftEar', 'rightEar');
  const sides = (['left', 'right'] as const).map((side) => ({
    wrist: seen(`${side}Wrist`),
    shoulder: seen(`${side}Shoulder`),
  }));
  if (head && sides.some(({ wrist }) => wrist && wrist[1] < head[1])) return { 'arms-up': yes(true) };
  const down = sides.every(({ wrist, shoulder }) => wrist && shoulder && wrist[1] > shoulder[1]);
  return down ? { 'arms-up': yes(false) } : {};
}

/** Parts of the body in pixels of the picture, as far as their joints are seen. @param person the box around all of it */
export function partsOf(joints: Joints, person: Box): Parts {
  const seen = seenIn(joints);
  const points = (...names: JointName[]): Point[] => names.map(seen).filter((point) => point !== undefined);
  const shoulders = points('leftShoulder', 'rightShoulder');
  const hips = points('leftHip', 'rightHip');
  const ankles = points('leftAnkle', 'rightAnkle');
  const knees = points('leftKnee', 'rightKnee');
  // An ear outside the box is somebody else's.
  const face = points('nose', 'leftEye', 'rightEye', 'leftEar', 'rightEar').filter((point) =>
    isIn(point, person),
  );
  const size = sizeOf(joints, person);
  const inside = (box: Box): Box => clampTo(box, person);
  const head = face.length >= 2 ? headOf(face, size) : undefined;
  const hair = head && crownOf(face, points('leftEye', 'rightEye'), size, person);
  const torso =
    shoulders.length === 2 && hips.length > 0
      ? grown(boxOf([...shoulders, ...hips]), 0.08 * size)
      : undefined;
  const legs =
    hips.length > 0 && knees.length > 0
      ? grown(boxOf([...hips, ...knees, ...ankles]), 0.12 * size)
      : undefined;
  const thighs =
    hips.length > 0 && knees.length > 0 ? grown(boxOf([...hips, ...knees]), 0.12 * size) : undefined;
  const shins =
    knees.length > 0 && ankles.length > 0 ? grown(boxOf([...knees, ...ankles]), 0.06 * size) : undefined;
  const feet = ankles.length > 0 ? grown(boxOf(ankles), 0.2 * size, 0.1 * size, 0.3 * size) : undefined;
  return Object.fromEntries(
    Object.entries({ head, hair, torso, legs, thighs, shins, feet }).flatMap(([part, box]) => {
      const within = box && inside(box);
      return within && width(within) > 2 && height(within) > 2 ? [[part, within]] : [];
    }),
  );
}

/** The length of the trunk; where it is not seen, a share of the person's height. */
function sizeOf(joints: Joints, person: Box): number {
  const seen = seenIn(joints);
  const shoulders = middleOf(seen, 'leftShoulder', 'rightShoulder');
  const hips = middleOf(seen, 'leftHip', 'rightHip');
  if (shoulders && hips) return Math.hypot(shoulders[0] - hips[0], shoulders[1] - hips[1]);
  return 0.4 * height(person);
}

/** A head is higher than its face: so much, in lengths of the trunk, is above and below the eyes, and to each side. */
function headOf(face: readonly Point[], size: number): Box {
  const [x, y] = centre(boxOf(face));
  const half = Math.max(0.6 * width(boxOf(face)), 0.2 * size);
  return [x - half, y - 1.6 * half, x + half, y + 1.1 * half];
}

/** Hair is above the forehead; beside the face there may be others, and ears. */
function crownOf(face: readonly Point[], eyes: readonly Point[], size: number, person: Box): Box {
  const x = centre(boxOf(face))[0];
  const y = centre(boxOf(eyes.length > 0 ? eyes : face))[1];
  const apart = eyes.length === 2 ? width(boxOf(eyes)) : 0;
  const half = Math.max(0.6 * width(boxOf(face)), 1.25 * apart, 0.2 * size);
  // The box ends where the hair does, unless an arm is up, or a hat.
  const rise = Math.min(Math.max(y - person[1], 1.15 * half), 2.1 * half);
  return [x - 0.7 * half, y - rise, x + 0.7 * half, y - 0.55 * rise];
}

const isIn = ([x, y]: Point, box: Box): boolean => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];

const boxOf = (points: readonly Point[]): Box => [
  Math.min(...points.map(([x]) => x)),
  Math.min(...points.map(([, y]) => y)),
  Math.max(...points.map(([x]) => x)),
  Math.max(...points.map(([, y]) => y)),
];

const grown = ([x1, y1, x2, y2]: Box, aside: number, up = 0, down = 0): Box => [
  x1 - aside,
  y1 - up,
  x2 + aside,
  y2 + down,
];

const clampTo = ([x1, y1, x2, y2]: Box, [a, b, c, d]: Box): Box => [
  Math.max(x1, a),
  Math.max(y1, b),
  Math.min(x2, c),
  Math.min(y2, d),
];
