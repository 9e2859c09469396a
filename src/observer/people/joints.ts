import type { Box } from '../../box.ts';
import type { Mapping } from '../../picture/tensor.ts';
import { type Point, pointsFrom } from './faces.ts';

/** The joints in the order of MoveNet's planes; left and right are the person's own. */
export const JOINTS = [
  'nose',
  'leftEye',
  'rightEye',
  'leftEar',
  'rightEar',
  'leftShoulder',
  'rightShoulder',
  'leftElbow',
  'rightElbow',
  'leftWrist',
  'rightWrist',
  'leftHip',
  'rightHip',
  'leftKnee',
  'rightKnee',
  'leftAnkle',
  'rightAnkle',
] as const;
export type JointName = (typeof JOINTS)[number];

export interface Joint {
  readonly at: Point;
  /** 0..1 */
  readonly score: number;
}
export type Joints = Readonly<Record<JointName, Joint>>;

/** Side of the network's input in pixels, and of its planes in cells. */
export const BODY_SIDE = 256;
const CELLS = 64;
const PLANE = CELLS * CELLS;

/** What MoveNet gives, planes of 64 x 64 cells: y before x, in cells. */
export interface BodyOutput {
  readonly heatmaps: Float32Array;
  readonly centre: Float32Array;
  readonly regression: Float32Array;
  readonly offsets: Float32Array;
}

/** How fast a person counts less away from the middle, and a joint away from where it is expected, in cells. */
const SOFT = 1.8;

/**
 * The joints of the person nearest to the middle of an area, in pixels of the picture: the middle of a person is where
 * its plane, less with the distance from the middle of the area, is highest; each joint is where its own plane is, less
 * with the distance from where it is expected from there.
 */
export function decodeJoints(
  { heatmaps, centre, regression, offsets }: BodyOutput,
  mapping: Mapping,
  area: Box,
): Joints {
  const inPicture = pointsFrom(mapping, area);
  const middle = highest(centre, CELLS / 2, CELLS / 2);
  const [row, column] = [Math.floor(middle / CELLS), middle % CELLS];
  const joints = JOINTS.map((name, i): [JointName, Joint] => {
    const plane = heatmaps.subarray(i * PLANE, (i + 1) * PLANE);
    const expectedRow = row + regression[2 * i * PLANE + middle]!;
    const expectedColumn = column + regression[(2 * i + 1) * PLANE + middle]!;
    const cell = highest(plane, expectedRow, expectedColumn);
    const y = Math.floor(cell / CELLS) + offsets[2 * i * PLANE + cell]!;
    const x = (cell % CELLS) + offsets[(2 * i + 1) * PLANE + cell]!;
    const pixels = BODY_SIDE / CELLS;
    return [name, { at: inPicture([x * pixels, y * pixels]), score: plane[cell]! }];
  });
  return Object.fromEntries(joints) as Joints;
}

/** The cell with the highest value, where one counts less the farther it is from a place. */
function highest(plane: Float32Array, row: number, column: number): number {
  let [best, most] = [0, -1];
  for (let i = 0; i < PLANE; i++) {
    const distance = Math.hypot(Math.floor(i / CELLS) - row, (i % CELLS) - column);
    const value = plane[i]! / (distance + SOFT);
    if (value > most) [best, most] = [i, value];
  }
  return best;
}
