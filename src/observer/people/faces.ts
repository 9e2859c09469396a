import { type Box, nms } from '../../box.ts';
import type { Mapping } from '../../picture/tensor.ts';

export type Point = readonly [x: number, y: number];

/** A face in a picture. */
export interface Face {
  readonly box: Box;
  /** 0..1 */
  readonly score: number;
  /** Middles of the eyes (the picture's left one first), tip of the nose, middle of the mouth. */
  readonly points: readonly [eye: Point, otherEye: Point, nose: Point, mouth: Point];
}

/** What BlazeFace gives: log odds and distances in pixels for each of its anchors. */
export interface FaceOutput {
  readonly scores: Float32Array;
  readonly faces: Float32Array;
}

/** Side of the network's input, in pixels. */
export const FACE_SIDE = 256;
/** Grids of cells with so many anchors each, all in the middle of their cell. */
const GRIDS = [
  { cells: 16, anchors: 2 },
  { cells: 8, anchors: 6 },
] as const;
const NUMBERS = 16;

const ANCHORS: readonly Point[] = GRIDS.flatMap(({ cells, anchors }) =>
  Array.from({ length: cells * cells * anchors }, (_, i): Point => {
    const cell = Math.floor(i / anchors);
    const middle = (at: number): number => ((at + 0.5) * FACE_SIDE) / cells;
    return [middle(cell % cells), middle(Math.floor(cell / cells))];
  }),
);

const SAME_FACE_IOU = 0.3;

export interface DecodeFaces {
  /** Where the area lies in the tensor. */
  readonly mapping: Mapping;
  /** What was looked at, in pixels of the picture. */
  readonly area: Box;
  readonly minScore: number;
}

/** The faces of an area, surest first, in pixels of the picture. */
export function decodeFaces({ scores, faces }: FaceOutput, { mapping, area, minScore }: DecodeFaces): Face[] {
  const inPicture = pointsFrom(mapping, area);
  const found = ANCHORS.flatMap(([x, y], i): Face[] => {
    const score = 1 / (1 + Math.exp(-scores[i]!));
    if (score < minScore) return [];
    const numbers = faces.subarray(i * NUMBERS, (i + 1) * NUMBERS);
    const at = (n: number): Point => [x + numbers[2 * n]!, y + numbers[2 * n + 1]!];
    const [middle, [w, h]] = [at(0), [numbers[2]!, numbers[3]!]];
    const [x1, y1] = inPicture([middle[0] - w / 2, middle[1] - h / 2]);
    const [x2, y2] = inPicture([middle[0] + w / 2, middle[1] + h / 2]);
    const points = [at(2), at(3), at(4), at(5)].map(inPicture) as unknown as Face['points'];
    return [{ box: [x1, y1, x2, y2], score, points }];
  });
  return nms(found, SAME_FACE_IOU);
}

/** From pixels of a tensor to pixels of the picture, for what may lie outside of both. */
export const pointsFrom =
  (mapping: Mapping, [left, top]: Box) =>
  ([x, y]: Point): Point => [
    left + ((x - mapping.left) * mapping.picture.width) / mapping.width,
    top + ((y - mapping.top) * mapping.picture.height) / mapping.height,
  ];
