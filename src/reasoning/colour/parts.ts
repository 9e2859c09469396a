import { type Box, height, width } from '../../box.ts';
import type { Part } from '../../language/query.ts';

/** Where a part is in a box: from and to as shares of its height, and the middle share of its width. */
type Band = readonly [top: number, bottom: number, share: number];

/** A standing person. */
const STANDING: Record<Part, Band> = {
  head: [0, 0.18, 0.9],
  hair: [0, 0.15, 0.9],
  torso: [0.17, 0.52, 0.64],
  legs: [0.5, 0.92, 0.7],
  feet: [0.86, 1, 0.9],
  whole: [0, 1, 1],
};
/** The same where only the upper body is in the picture, or the person sits. */
const SEATED: Record<Part, Band> = {
  head: [0, 0.44, 1],
  hair: [0, 0.3, 1],
  torso: [0.28, 0.9, 0.7],
  legs: [0.55, 1, 0.9],
  feet: [0.8, 1, 1],
  whole: [0, 1, 1],
};
/** Animals and things have no standard pose. */
const THING: Record<Part, Band> = {
  head: [0, 0.45, 1],
  hair: [0, 0.45, 1],
  torso: [0, 1, 1],
  legs: [0.4, 1, 1],
  feet: [0.6, 1, 1],
  whole: [0, 1, 1],
};
/** Height over width from which a person surely stands, and up to which surely not. */
const STANDS = 2.3;
const SITS = 1.25;

/** The areas of a region where a part may be; for a person whose pose is unclear there are two. */
export function areasOf(box: Box, part: Part, isPerson: boolean): Box[] {
  if (part === 'whole') return [box];
  const aspect = height(box) / Math.max(1e-6, width(box));
  const poses = !isPerson
    ? [THING]
    : aspect >= STANDS
      ? [STANDING]
      : aspect <= SITS
        ? [SEATED]
        : [STANDING, SEATED];
  return poses.map((bands) => {
    const [top, bottom, share] = bands[part];
    const inset = ((1 - share) / 2) * width(box);
    return [box[0] + inset, box[1] + top * height(box), box[2] - inset, box[1] + bottom * height(box)];
  });
}
