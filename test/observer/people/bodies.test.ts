import { describe, expect, it } from 'vitest';
import { partsOf, posesOf } from '../../../src/observer/people/bodies.ts';
import { JOINTS, type JointName, type Joints } from '../../../src/observer/people/joints.ts';

type Figure = Partial<Record<JointName, readonly [x: number, y: number]>>;

/** A figure of the joints that are seen; the others are guessed somewhere with a low score. */
const figure = (seen: Figure): Joints =>
  Object.fromEntries(
    JOINTS.map((name) => [name, { at: seen[name] ?? [0, 0], score: seen[name] ? 0.8 : 0.1 }]),
  ) as unknown as Joints;

const UPPER: Figure = {
  ...{ nose: [50, 12], leftEye: [53, 9], rightEye: [47, 9], leftEar: [57, 10], rightEar: [43, 10] },
  ...{ leftShoulder: [65, 30], rightShoulder: [35, 30], leftHip: [60, 80], rightHip: [40, 80] },
};
const ARMS_DOWN: Figure = { leftWrist: [70, 80], rightWrist: [30, 80] };
const STANDING: Figure = {
  ...UPPER,
  ...{ leftKnee: [60, 125], rightKnee: [40, 125], leftAnkle: [60, 170], rightAnkle: [40, 170] },
};
const SITTING: Figure = {
  ...UPPER,
  ...{ leftKnee: [65, 95], rightKnee: [35, 95], leftAnkle: [62, 140], rightAnkle: [38, 140] },
};
const BOX = [20, 0, 80, 185] as const;
const turned = (seen: Figure): Figure =>
  Object.fromEntries(Object.entries(seen).map(([name, [x, y]]) => [name, [y, 100 - x]]));

describe('posesOf', () => {
  it('tells who stands from who sits', () => {
    expect(posesOf(figure(STANDING), BOX)).toEqual({
      standing: 0.95,
      sitting: expect.closeTo(0.05),
      lying: expect.closeTo(0.05),
    });
    expect(posesOf(figure(SITTING), [20, 0, 80, 150])).toEqual({
      sitting: 0.95,
      standing: expect.closeTo(0.05),
      lying: expect.closeTo(0.05),
    });
  });

  it('tells who lies only where the box lies as well', () => {
    expect(posesOf(figure(turned(STANDING)), [0, 20, 185, 80]).lying).toBe(0.95);
    expect(posesOf(figure(turned(UPPER)), [0, 0, 90, 100])).toEqual({});
  });

  it('tells nothing of legs that are not seen, hidden behind a table, or cut off', () => {
    expect(posesOf(figure(UPPER), [20, 0, 80, 90])).toEqual({});
    expect(posesOf(figure({ ...UPPER, leftKnee: [60, 90] }), [20, 0, 80, 120])).toEqual({});
    expect(posesOf(figure(SITTING), [20, 0, 80, 97])).toEqual({});
  });

  it('tells nothing between: knees neither below the trunk nor beside it', () => {
    const between: Figure = { ...STANDING, leftKnee: [60, 112], rightKnee: [40, 112] };
    expect(posesOf(figure(between), BOX)).toEqual({});
  });

  it('takes one hand above the head for arms that are up, and needs both below the shoulders for arms that are not', () => {
    const armsUp = (wrists: Figure) => posesOf(figure({ ...UPPER, ...wrists }), BOX)['arms-up'];
    expect(armsUp({ leftWrist: [75, 2] })).toBe(0.95);
    expect(armsUp(ARMS_DOWN)).toBeCloseTo(0.05);
    expect(armsUp({ leftWrist: [70, 80] })).toBeUndefined();
    expect(armsUp({ leftWrist: [70, 20], rightWrist: [30, 80] })).toBeUndefined();
  });
});

describe('partsOf', () => {
  it('gives the parts from top to bottom, inside of the person', () => {
    const { head, hair, torso, legs, feet } = partsOf(figure(STANDING), BOX);
    const middles = [head, torso, legs, feet].map((box) => (box![1] + box![3]) / 2);
    expect(middles).toEqual(middles.toSorted((a, b) => a - b));
    expect(torso![1]).toBe(30);
    expect(torso![3]).toBe(80);
    // Above the forehead, and beside it only a little.
    expect(hair![3]).toBeLessThan(9);
    expect(hair![2] - hair![0]).toBeLessThan(head![2] - head![0]);
    for (const box of [head, hair, torso, legs, feet]) {
      expect(box![0]).toBeGreaterThanOrEqual(BOX[0]);
      expect(box![3]).toBeLessThanOrEqual(BOX[3]);
    }
  });

  it('parts the legs at the knees', () => {
    const { thighs, shins, legs } = partsOf(figure(STANDING), BOX);
    expect([thighs![1], shins![1]]).toEqual([80, 125]);
    expect([thighs![3], shins![3]]).toEqual([125, 170]);
    expect(legs).toEqual([thighs![0], 80, thighs![2], 170]);
  });

  it("takes an ear outside of the person for somebody else's", () => {
    const { hair } = partsOf(figure(STANDING), BOX);
    const strayed = partsOf(figure({ ...STANDING, leftEar: [95, 10] }), BOX);
    const [middle, other] = [hair!, strayed.hair!].map((box) => (box[0] + box[2]) / 2);
    expect(Math.abs(middle! - other!)).toBeLessThan(5);
  });

  it('leaves out what is not seen', () => {
    expect(Object.keys(partsOf(figure(UPPER), BOX))).toEqual(['head', 'hair', 'torso']);
    expect(partsOf(figure({}), BOX)).toEqual({});
  });
});
