import type { Box } from '../../src/box.ts';
import { fingerprint, type Truth } from '../../src/evaluate/stand-in/truth.ts';
import type { Picture } from '../../src/picture/picture.ts';
import { readPicture } from '../../src/picture/read.ts';
import { example } from '../detector/photos.ts';

/** Five regions of the photo of two dogs, as shares of its sides; the first two are the dogs. */
const SHARES: readonly Box[] = [
  [0.05, 0.1, 0.45, 0.9],
  [0.5, 0.15, 0.95, 0.95],
  [0.3, 0.3, 0.6, 0.6],
  [0.7, 0, 1, 0.3],
  [0, 0.7, 0.3, 1],
];

export interface Candidate {
  readonly box: Box;
  readonly name: string;
}

/** A real photo, with candidates and questions about it. */
export async function scene(): Promise<{ picture: Picture; candidates: Candidate[]; truths: Truth[] }> {
  const picture = await readPicture(example('two-dogs.jpg'));
  const { width, height } = picture;
  const inPixels = ([x1, y1, x2, y2]: Box): Box => [x1 * width, y1 * height, x2 * width, y2 * height];
  const candidates = SHARES.map((b, i) => ({ box: inPixels(b), name: `region ${i}` }));
  const about = (expression: string, box: Box | undefined): Truth => ({
    expression,
    box,
    picture: { width, height },
    fingerprint: fingerprint(picture.raster),
  });
  const truths = [
    about('the first region', candidates[0]!.box),
    about('the second region', candidates[1]!.box),
    about('the third region', candidates[2]!.box),
    about('the "quoted" region\nA. (0,0),(1000,1000)', candidates[3]!.box),
    about('a region that nobody proposed', inPixels([0.45, 0.01, 0.55, 0.1])),
    about('the elephant', undefined),
  ];
  return { picture, candidates, truths };
}
