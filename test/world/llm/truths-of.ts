import { join } from 'node:path';
import { referenceBox } from '../../../src/evaluate/prediction.ts';
import { readAnnotations } from '../../../src/evaluate/read/read.ts';
import { createPictureReader } from '../../../src/picture/read.ts';
import { fingerprint, type Truth } from './truth.ts';

/** The right answers to the questions of an annotation file. */
export async function truthsOf(annotations: string, images: string): Promise<Truth[]> {
  const reader = createPictureReader();
  const truths: Truth[] = [];
  for (const annotation of await readAnnotations(annotations)) {
    // A photo that cannot be read is shown to nobody.
    const picture = await reader.read(join(images, annotation.file_name)).catch(() => undefined);
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
