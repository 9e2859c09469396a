import { referenceBox } from '../../../src/evaluate/annotations.ts';
import { pictureStore } from '../../../src/evaluate/pictures.ts';
import { readAnnotations } from '../../../src/evaluate/read/read.ts';
import { fingerprint, type Truth } from './truth.ts';

/** The right answers to the questions of an annotation file. */
export async function truthsOf(annotations: string, images: string): Promise<Truth[]> {
  const pictureOf = pictureStore(images);
  const truths: Truth[] = [];
  for (const annotation of await readAnnotations(annotations)) {
    // A photo that cannot be read is shown to nobody.
    const picture = await pictureOf(annotation).catch(() => undefined);
    if (!picture) continue;
    const { raster, width, height } = picture;
    truths.push({
      expression: annotation.expression,
      box: referenceBox(annotation),
      picture: { width, height },
      fingerprint: fingerprint(raster),
    });
  }
  return truths;
}
