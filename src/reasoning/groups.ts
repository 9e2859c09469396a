import { area, type Box, centre, height, median, ramp, width } from '../box.ts';
import type {
  AgeConstraint,
  Corner,
  Measure,
  OrdinalConstraint,
  Place,
  RowConstraint,
  Side,
  SizeConstraint,
  SuperlativeConstraint,
} from '../expression/query.ts';

/** Size of the oriented picture. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

/** Closeness to the camera: on common ground the nearer thing reaches lower, and it looks larger. */
export const nearness = (b: Box, frame: Frame): number =>
  0.6 * (b[3] / frame.height) + 0.4 * Math.sqrt(area(b) / (frame.width * frame.height));

/** Grows towards each side: the same order that people count in. */
const TOWARDS: Record<Side, (b: Box, frame: Frame) => number> = {
  left: (b, f) => 1 - centre(b)[0] / f.width,
  right: (b, f) => centre(b)[0] / f.width,
  top: (b, f) => 1 - centre(b)[1] / f.height,
  bottom: (b, f) => centre(b)[1] / f.height,
  front: nearness,
  back: (b, f) => 1 - nearness(b, f),
};

const CORNERS: Record<Corner, readonly [Side, Side]> = {
  'top-left': ['top', 'left'],
  'top-right': ['top', 'right'],
  'bottom-left': ['bottom', 'left'],
  'bottom-right': ['bottom', 'right'],
};

/** Share of the others that lie less far that way: 1 for the extreme one, 0 for the opposite one. */
function rank(value: number, others: readonly number[]): number {
  return others.length === 0 ? 1 : others.filter((v) => v <= value).length / others.length;
}

function atSide(box: Box, group: readonly Box[], side: Side, far: boolean, frame: Frame): number {
  const towards = TOWARDS[side];
  const value = towards(box, frame);
  const others = group.filter((b) => b !== box).map((b) => towards(b, frame));
  const depth = side === 'front' || side === 'back';
  const halfway = depth ? 1 : ramp(value, 0.36, 0.56);
  if (far) {
    const beaten = Math.max(...others.map((v) => v - value), 0);
    return ramp(beaten, 0.06, 0) * Math.max(halfway, others.length > 0 ? 0.6 : 0);
  }
  if (others.length === 0) return depth ? 0.6 : halfway;
  const ranked = rank(value, others);
  return depth
    ? ranked
    : Math.max(halfway * (0.45 + 0.55 * ranked), ranked === 1 ? 0.75 * ramp(value, 0.2, 0.45) : 0);
}

function inMiddle(box: Box, group: readonly Box[], frame: Frame): number {
  const x = Math.abs(centre(box)[0] / frame.width - 0.5);
  const central = ramp(x, 0.3, 0.06);
  if (group.length < 3) return central;
  const left = group.filter((b) => centre(b)[0] < centre(box)[0]).length;
  const right = group.filter((b) => centre(b)[0] > centre(box)[0]).length;
  const balanced = 1 - Math.abs(left - right) / (group.length - 1);
  return left === 0 || right === 0
    ? 0.3 * central
    : Math.max(balanced * 0.95, central * (0.4 + 0.6 * balanced));
}

/** How well a place ("on the left", "far right", "in the middle") fits a box among its kind, 0..1. */
export function placeScore(
  box: Box,
  group: readonly Box[],
  { place, far }: { readonly place: Place; readonly far: boolean },
  frame: Frame,
): number {
  if (place === 'middle') return inMiddle(box, group, frame);
  const corner = CORNERS[place as Corner];
  if (!corner) return atSide(box, group, place as Side, far, frame);
  return Math.sqrt(
    corner.map((side) => atSide(box, group, side, far, frame)).reduce((product, score) => product * score, 1),
  );
}

/** Rows of a group, top first: a new row begins where the next box lies mostly below the current row. */
export function rowsOf(group: readonly Box[]): Box[][] {
  const rows: Box[][] = [];
  const step = 0.6 * median(group.map(height));
  for (const box of group.toSorted((a, b) => centre(a)[1] - centre(b)[1])) {
    const row = rows.at(-1);
    const last = row && median(row.map((b) => centre(b)[1]));
    if (row && last !== undefined && centre(box)[1] - last < step) row.push(box);
    else rows.push([box]);
  }
  return rows;
}

/** Undefined where all are in one row: the others may not have been seen. */
export function rowScore(
  box: Box,
  group: readonly Box[],
  { row }: Pick<RowConstraint, 'row'>,
): number | undefined {
  const rows = rowsOf(group);
  const at = rows.findIndex((r) => r.includes(box));
  if (rows.length === 1) return undefined;
  const wanted = row === 'top' ? 0 : row === 'bottom' ? rows.length - 1 : (rows.length - 1) / 2;
  return Math.max(0, 1 - Math.abs(at - wanted));
}

/** The boxes from one side to the other, as they are counted from there. */
export const countingOrder = (group: readonly Box[], from: Side, frame: Frame): Box[] =>
  group.toSorted((a, b) => TOWARDS[from](b, frame) - TOWARDS[from](a, frame));

/** Closer than this to each other, in units of what is counted by, none is before the other. */
const LEVEL = 1e-9;

/** 1 for the box that is nth from that side, also for each of those that share the place; less for its neighbours, 0 when there are too few. */
export function ordinalScore(
  box: Box,
  group: readonly Box[],
  { nth, from }: Pick<OrdinalConstraint, 'nth' | 'from'>,
  frame: Frame,
): number {
  if (nth > group.length) return 0;
  const leads = group.map((each) => TOWARDS[from](each, frame) - TOWARDS[from](box, frame));
  const first = 1 + leads.filter((lead) => lead > LEVEL).length;
  const last = group.length - leads.filter((lead) => lead < -LEVEL).length;
  const off = Math.max(first - nth, nth - last, 0);
  return off === 0 ? 1 : off === 1 ? 0.12 : 0.02;
}

const MEASURES: Record<Exclude<Measure, 'darkness'>, (b: Box, frame: Frame) => number> = {
  size: (b) => Math.sqrt(area(b)),
  height,
  width,
  near: nearness,
  left: (b, f) => TOWARDS.left(b, f),
  top: (b, f) => TOWARDS.top(b, f),
};

/** Relative lead at which the next best is no longer a rival. */
const LEAD: Record<Measure, number> = {
  size: 0.15,
  height: 0.12,
  width: 0.15,
  near: 0.1,
  left: 0.05,
  top: 0.05,
  darkness: 0.12,
};

/** What a superlative orders boxes by, growing towards the one that is most. */
const measureBy =
  ({ by, most }: Pick<SuperlativeConstraint, 'by' | 'most'>, frame: Frame, darkness: (b: Box) => number) =>
  (b: Box): number =>
    (by === 'darkness' ? darkness(b) : MEASURES[by](b, frame)) * (most ? 1 : -1);

/** The boxes as a superlative ranks them, the most first. */
export function rankingOrder(
  group: readonly Box[],
  asked: Pick<SuperlativeConstraint, 'by' | 'most'>,
  frame: Frame,
  darkness: (b: Box) => number,
): Box[] {
  const measure = measureBy(asked, frame, darkness);
  return group.toSorted((a, b) => measure(b) - measure(a));
}

/** 1 for the box that is most (or the nth most) and for any that equals it, falling with the distance to it. */
export function superlativeScore(
  box: Box,
  group: readonly Box[],
  { by, most, nth }: Pick<SuperlativeConstraint, 'by' | 'most' | 'nth'>,
  frame: Frame,
  darkness: (b: Box) => number,
): number {
  const measure = measureBy({ by, most }, frame, darkness);
  const best = rankingOrder(group, { by, most }, frame, darkness)[nth - 1];
  if (!best) return 0;
  if (measure(box) === measure(best)) return 1;
  const absolute = by === 'left' || by === 'top' || by === 'near';
  const unit = absolute ? 1 : Math.max(1e-6, Math.abs(measure(best)), Math.abs(measure(box)));
  return 0.85 * ramp(Math.abs(measure(best) - measure(box)) / unit, 2 * LEAD[by], 0);
}

const SIZE_MEASURES: Record<SizeConstraint['size'], readonly [measure: (b: Box) => number, sign: number]> = {
  large: [area, 1],
  small: [area, -1],
  tall: [height, 1],
  short: [height, -1],
  wide: [width, 1],
  narrow: [width, -1],
};

/** "large" among its kind; undefined for a single one, which nothing can be compared to. */
export function sizeScore(
  box: Box,
  group: readonly Box[],
  { size }: Pick<SizeConstraint, 'size'>,
): number | undefined {
  if (group.length < 2) return undefined;
  const [measure, sign] = SIZE_MEASURES[size];
  const extent = (b: Box) => Math.log(Math.max(measure(b), 1e-6));
  const others = group.filter((b) => b !== box).map(extent);
  const lead = sign * (extent(box) - median(others));
  return ramp(lead, -0.5, 0.5);
}

/** Grown people stand taller than young ones: only a comparison, undefined for a single one. */
export function ageScore(
  box: Box,
  group: readonly Box[],
  { age }: Pick<AgeConstraint, 'age'>,
): number | undefined {
  if (group.length < 2) return undefined;
  const share = height(box) / Math.max(1e-6, ...group.map(height));
  return age === 'grown' ? ramp(share, 0.5, 0.95) : ramp(share, 1, 0.6);
}
