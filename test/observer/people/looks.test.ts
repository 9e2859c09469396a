import { describe, expect, it } from 'vitest';
import type { Box } from '../../../src/box.ts';
import type { Face } from '../../../src/observer/people/faces.ts';
import { assign } from '../../../src/observer/people/looks.ts';

const faceAt = (box: Box): Face => ({
  box,
  score: 0.95,
  points: [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ],
});
const person: Box = [0, 0, 200, 500];

describe('assign', () => {
  it('gives each person the face at the top of the region', () => {
    const [left, right] = [faceAt([70, 20, 130, 90]), faceAt([370, 20, 430, 90])];
    expect(assign([right, left], [person, [300, 0, 500, 500]])).toEqual([left, right]);
  });

  it('gives no face that lies at the feet, beside the person, or is larger than the person', () => {
    const people: Box[] = [person];
    expect(assign([faceAt([70, 400, 130, 470])], people)).toEqual([undefined]);
    expect(assign([faceAt([250, 20, 310, 90])], people)).toEqual([undefined]);
    expect(assign([faceAt([-20, 20, 220, 260])], people)).toEqual([undefined]);
  });

  it('gives the larger one of two: a man carries a child on his back', () => {
    const [child, man] = [faceAt([70, 0, 120, 60]), faceAt([120, 60, 195, 140])];
    expect(assign([child, man], [person])).toEqual([man]);
  });

  it('gives a face that fits several nearly as well to the surest, and one that sticks out of it to another', () => {
    const face = faceAt([80, 20, 140, 90]);
    const nearly: Box = [40, 10, 180, 400];
    expect(assign([face], [person, nearly])).toEqual([face, undefined]);
    const cutting: Box = [0, 60, 200, 500];
    expect(assign([face], [cutting, person])).toEqual([undefined, face]);
  });
});
