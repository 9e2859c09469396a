import fc from 'fast-check';
import type { Box } from '../../src/box.ts';
import type { Raster, Size } from '../../src/picture/picture.ts';
import type { Candidate } from '../../src/verdict.ts';
import { ask, GRASS, nameOf, paint, pictureOf, type TestScene, type Thing } from './scene.ts';

/** Where a pixel of the new picture comes from in the old one; undefined for one that is new. */
type Source = (x: number, y: number) => readonly [x: number, y: number] | undefined;

/** The scene in another frame, pixels and boxes alike; every thing keeps its name. */
function transformed(scene: TestScene, size: Size, source: Source, moveBox: (b: Box) => Box): TestScene {
  const { raster } = scene.picture;
  const data = new Uint8Array(size.width * size.height * 3);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const from = source(x, y);
      const at = from && (from[1] * raster.width + from[0]) * 3;
      const rgb = at === undefined ? GRASS : raster.data.subarray(at, at + 3);
      data.set(rgb, (y * size.width + x) * 3);
    }
  }
  const things = scene.things.map((t) => ({ ...t, box: moveBox(t.box), name: nameOf(scene, t) }));
  return { picture: pictureOf({ ...size, data }), things };
}

const sizeOf = ({ picture }: TestScene): Raster => picture.raster;

export function mirrored(scene: TestScene): TestScene {
  const { width, height } = sizeOf(scene);
  return transformed(
    scene,
    { width, height },
    (x, y) => [width - 1 - x, y],
    ([x1, y1, x2, y2]) => [width - x2, y1, width - x1, y2],
  );
}

export function upended(scene: TestScene): TestScene {
  const { width, height } = sizeOf(scene);
  return transformed(
    scene,
    { width, height },
    (x, y) => [x, height - 1 - y],
    ([x1, y1, x2, y2]) => [x1, height - y2, x2, height - y1],
  );
}

export function doubled(scene: TestScene): TestScene {
  const { width, height } = sizeOf(scene);
  return transformed(
    scene,
    { width: 2 * width, height: 2 * height },
    (x, y) => [x >> 1, y >> 1],
    ([x1, y1, x2, y2]) => [2 * x1, 2 * y1, 2 * x2, 2 * y2],
  );
}

/** The same things at another place of a larger picture. */
export function moved(scene: TestScene, frame: Size, dx: number, dy: number): TestScene {
  const { width, height } = sizeOf(scene);
  return transformed(
    scene,
    frame,
    (x, y) => (x < dx || y < dy || x >= dx + width || y >= dy + height ? undefined : [x - dx, y - dy]),
    ([x1, y1, x2, y2]) => [x1 + dx, y1 + dy, x2 + dx, y2 + dy],
  );
}

/** Exchanges the words of each pair: "the leftmost of the left dogs" <-> "the rightmost of the right dogs". */
export function swapped(expression: string, pairs: ReadonlyArray<readonly [string, string]>): string {
  const other = new Map(pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
  const words = [...other.keys()].toSorted((a, b) => b.length - a.length);
  return expression.replaceAll(new RegExp(`\\b(${words.join('|')})\\b`, 'g'), (word) => other.get(word)!);
}

/** Every candidate's score by the name of its thing, and the names best first. */
export async function ranking(
  scene: TestScene,
  expression: string,
): Promise<{ scores: Record<string, number>; order: string[]; considered: readonly Candidate[] }> {
  const { considered } = await ask(scene, expression);
  const named = considered.map((k) => [nameOf(scene, k), k.score] as const);
  return { scores: Object.fromEntries(named), order: named.map(([name]) => name), considered };
}

/** The best candidate's name, where the next one does not fit as well. */
export async function winner(scene: TestScene, expression: string): Promise<string | undefined> {
  const { considered } = await ask(scene, expression);
  const [first, second] = considered;
  if (!first || (second && second.score > 0.999 * first.score)) return undefined;
  return nameOf(scene, first);
}

export const FRAME: Size = { width: 120, height: 90 };
const COLOURS = [
  [30, 30, 32],
  [90, 70, 50],
  [160, 160, 165],
  [235, 235, 235],
  [190, 40, 40],
] as const;

/**
 * Scenes of three or four dogs and one or two cats. No two centres share a column or a row of pixels, for then
 * "second from the left" would have no answer.
 */
export const anyScene: fc.Arbitrary<TestScene> = fc
  .record({
    dogs: fc.integer({ min: 3, max: 4 }),
    cats: fc.integer({ min: 1, max: 2 }),
    columns: fc.shuffledSubarray([...Array(20).keys()], { minLength: 6, maxLength: 6 }),
    rows: fc.shuffledSubarray([...Array(20).keys()], { minLength: 6, maxLength: 6 }),
    sizes: fc.array(fc.tuple(fc.integer({ min: 3, max: 12 }), fc.integer({ min: 3, max: 12 })), {
      minLength: 6,
      maxLength: 6,
    }),
  })
  .map(({ dogs, cats, columns, rows, sizes }) => {
    const things = sizes.slice(0, dogs + cats).map(([w, h], i): Thing => {
      const x = 12 + 5 * columns[i]!;
      const y = 14 + 3 * rows[i]!;
      return {
        label: i < dogs ? 'dog' : 'cat',
        box: [x - w, y - h, x + w, y + h],
        colour: COLOURS[i % COLOURS.length]!,
        shape: 'rectangle',
      };
    });
    // A counterexample is told by its boxes; thousands of pixels would hide them.
    return Object.assign(paint(things, FRAME), { [fc.toStringMethod]: () => JSON.stringify(things) });
  });
