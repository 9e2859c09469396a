import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Box } from '../box.ts';
import { SpotterError } from '../errors.ts';

const Entry = z.looseObject({
  id: z.string(),
  image_id: z.union([z.number(), z.string()]),
  file_name: z.string(),
  expression: z.string(),
  /** x, y, width, height in pixels; null where nothing fits. */
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
  level: z.number().int().min(1).max(3),
  tags: z.array(z.string()).default([]),
  positive_id: z.string().optional(),
  negative_type: z.string().optional(),
  negative_level: z.number().optional(),
  /** Whether the expression or the picture was changed to make it a negative. */
  negative_cate: z.enum(['text', 'image']).optional(),
  width: z.number().positive().optional(),
  height: z.number().positive().optional(),
  /** Regions that somebody else proposes for this picture, xyxy pixels, where the set brings them. */
  candidates: z
    .array(z.object({ id: z.string(), box: z.tuple([z.number(), z.number(), z.number(), z.number()]) }))
    .optional(),
});

/** One referring expression with its reference box, or a negative without one. */
export type Annotation = z.infer<typeof Entry>;

/** Reads an annotation file: a dictionary keyed by id. @throws SpotterError not-found, and ZodError or SyntaxError */
export function readAnnotations(file: string): Annotation[] {
  if (!existsSync(file)) {
    const hint = 'Name yours with --annotations FILE; docs/quality.md has the format.';
    throw new SpotterError('not-found', `There is no annotation file ${file}.`, hint);
  }
  return Object.values(z.record(z.string(), Entry).parse(JSON.parse(readFileSync(file, 'utf8'))));
}

export function referenceBox({ bbox }: Pick<Annotation, 'bbox'>): Box | undefined {
  return bbox ? [bbox[0], bbox[1], bbox[0] + bbox[2], bbox[1] + bbox[3]] : undefined;
}
