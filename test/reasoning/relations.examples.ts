import type { Box } from '../../src/box.ts';
import type { Thing } from './scene.ts';

/** A relation with one candidate for which it clearly holds, one for which it clearly does not, and the others. */
export interface Example {
  readonly says: string;
  readonly kind: string;
  readonly yes: Box;
  readonly no: Box;
  readonly others: ReadonlyArray<readonly [label: string, box: Box]>;
}

const example = (says: string, kind: string, yes: Box, no: Box, ...others: Example['others']): Example => ({
  says,
  kind,
  yes,
  no,
  others,
});

const CHAIR: readonly [string, Box] = ['chair', [170, 120, 230, 200]];
const COUCH: readonly [string, Box] = ['couch', [40, 150, 240, 260]];
const TABLE: readonly [string, Box] = ['dining table', [40, 160, 240, 280]];

/** Pictures are 400 x 300. */
export const EXAMPLES: readonly Example[] = [
  example('the dog left of the chair', 'dog', [60, 130, 140, 200], [270, 130, 350, 200], CHAIR),
  example('the dog to the right of the chair', 'dog', [270, 130, 350, 200], [60, 130, 140, 200], CHAIR),
  example('the dog just left of the chair', 'dog', [95, 130, 165, 200], [0, 130, 50, 180], CHAIR),
  example('the kite above the chair', 'kite', [170, 20, 230, 70], [170, 230, 230, 290], CHAIR),
  example('the ball below the chair', 'sports ball', [180, 230, 220, 270], [180, 40, 220, 80], CHAIR),
  example('the cat on the couch', 'cat', [100, 120, 170, 190], [300, 210, 370, 280], COUCH),
  example('the cat on top of the couch', 'cat', [100, 90, 170, 152], [300, 210, 370, 280], COUCH),
  example('the dog under the table', 'dog', [100, 220, 170, 280], [290, 100, 360, 170], TABLE),
  example(
    'the dog in the car',
    'dog',
    [90, 130, 130, 170],
    [320, 200, 370, 250],
    ['car', [40, 100, 240, 260]],
  ),
  example(
    'the dog inside the car',
    'dog',
    [90, 130, 130, 170],
    [320, 200, 370, 250],
    ['car', [40, 100, 240, 260]],
  ),
  example('the dog next to the chair', 'dog', [232, 130, 290, 200], [340, 20, 390, 60], CHAIR),
  example('the dog beside the chair', 'dog', [105, 130, 165, 200], [340, 20, 390, 60], CHAIR),
  example(
    'the dog near the chair',
    'dog',
    [240, 130, 300, 200],
    [0, 0, 30, 25],
    ['chair', [300, 200, 360, 280]],
  ),
  example(
    'the dog far from the chair',
    'dog',
    [0, 0, 30, 25],
    [240, 200, 295, 280],
    ['chair', [300, 200, 360, 280]],
  ),
  example(
    'the dog between the chair and the couch',
    'dog',
    [150, 140, 200, 200],
    [10, 20, 60, 70],
    ['chair', [60, 130, 120, 210]],
    ['couch', [240, 130, 390, 220]],
  ),
  example(
    'the dog between the two chairs',
    'dog',
    [160, 140, 220, 200],
    [10, 20, 60, 70],
    ['chair', [60, 130, 130, 210]],
    ['chair', [250, 130, 320, 210]],
  ),
  example(
    'the man behind the car',
    'person',
    [120, 60, 160, 170],
    [220, 130, 290, 295],
    ['car', [80, 120, 260, 230]],
  ),
  example(
    'the man in front of the car',
    'person',
    [140, 130, 210, 295],
    [200, 50, 235, 150],
    ['car', [80, 110, 260, 220]],
  ),
  example(
    'the man holding the umbrella',
    'person',
    [90, 100, 150, 280],
    [270, 100, 330, 280],
    ['umbrella', [70, 60, 150, 140]],
  ),
  example(
    'the man riding the horse',
    'person',
    [120, 70, 170, 190],
    [310, 120, 360, 280],
    ['horse', [60, 120, 230, 280]],
  ),
  example(
    'the man driving the car',
    'person',
    [90, 110, 130, 190],
    [310, 120, 360, 280],
    ['car', [40, 100, 240, 260]],
  ),
  example(
    'the man wearing a tie',
    'person',
    [90, 80, 170, 290],
    [260, 80, 340, 290],
    ['tie', [122, 130, 138, 190]],
  ),
  example(
    'the man with the suitcase',
    'person',
    [90, 80, 150, 290],
    [310, 80, 370, 290],
    ['suitcase', [148, 220, 200, 290]],
  ),
  example('the dog closest to the chair', 'dog', [240, 130, 300, 200], [340, 20, 390, 60], CHAIR),
  example('the dog farthest from the chair', 'dog', [350, 5, 380, 30], [240, 130, 300, 200], CHAIR),
  example('the dog larger than the chair', 'dog', [250, 60, 390, 200], [20, 150, 60, 190], CHAIR),
  example('the dog smaller than the chair', 'dog', [20, 150, 60, 190], [250, 60, 390, 200], CHAIR),
  example('the dog taller than the chair', 'dog', [260, 60, 340, 200], [20, 150, 60, 190], CHAIR),
  example('the dog shorter than the chair', 'dog', [20, 150, 60, 190], [260, 60, 340, 200], CHAIR),
];

export const thingsOf = ({ kind, yes, no, others }: Example): Thing[] => [
  { label: kind, box: no, name: 'no' },
  { label: kind, box: yes, name: 'yes' },
  ...others.map(([label, box]): Thing => ({ label, box })),
];
