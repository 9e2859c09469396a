import { z } from 'zod';
import type { Box } from '../box.ts';

const Numbers = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/**
 * What every annotation set is read as (src/evaluate/read/), and what the project's own files hold: a dictionary of
 * these keyed by id, or one a line.
 */
export const Annotation = z.looseObject({
  id: z.string().min(1),
  /** Which photo it is about: annotations of one photo share it. */
  image_id: z.union([z.number(), z.string()]),
  file_name: z.string().min(1),
  expression: z.string(),
  /** x, y, width, height in pixels, floats; null where nothing fits. */
  bbox: Numbers.nullable(),
  /** How hard, as the set says; 1 where a set has no levels. */
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
  candidates: z.array(z.object({ id: z.string(), box: Numbers })).optional(),
});

/** One referring expression with its reference box, or a negative without one. */
export type Annotation = z.infer<typeof Annotation>;

export function referenceBox({ bbox }: Pick<Annotation, 'bbox'>): Box | undefined {
  return bbox ? [bbox[0], bbox[1], bbox[0] + bbox[2], bbox[1] + bbox[3]] : undefined;
}
