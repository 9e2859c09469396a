import { z } from 'zod';
import type { Box } from '../box.ts';
import type { Config } from '../config.ts';
import { readTextFile } from '../files.ts';
import { createModels } from '../models/models.ts';
import type { Picture } from '../picture/picture.ts';
import { createSpecialist } from '../specialist/create.ts';
import type { Specialist } from '../specialist/specialist.ts';
import { vocabularyOfStarter } from '../specialist/starter/starter.ts';
import type { Annotation } from './annotations.ts';
import { createGivenBoxes } from './given-boxes.ts';

const Boxes = z.record(
  z.string(),
  z.array(
    z.object({
      category: z.string(),
      score: z.number(),
      box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    }),
  ),
);

/** Makes the specialist of a run: the detector, or the boxes of a file in its place. */
export async function specialistFor(
  config: Config,
  boxesFile: string | undefined,
  annotations: readonly Annotation[],
  pictureOf: (annotation: Annotation) => Promise<Picture>,
): Promise<Specialist> {
  if (!boxesFile) return createSpecialist(config);
  const given = Boxes.parse(JSON.parse(readTextFile(boxesFile)));
  const bySha = new Map<string, { category: string; score: number; box: Box }[]>();
  for (const annotation of annotations) {
    // A photo that cannot be read is the error of its question, not of the run.
    const picture = await pictureOf(annotation).catch(() => undefined);
    if (picture) bySha.set(picture.sha256, given[annotation.file_name] ?? []);
  }
  const starter = createModels(config).open('starter');
  const categories = new Set(Object.values(given).flatMap((boxes) => boxes.map((b) => b.category)));
  return createGivenBoxes((sha256) => bySha.get(sha256) ?? [], categories, vocabularyOfStarter(starter));
}
