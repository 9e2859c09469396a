import type { Box } from '../../box.ts';
import { type Annotation, referenceBox } from '../annotations.ts';

/** What kind of negative an annotation is. */
export interface NegativeKind {
  readonly type: string | undefined;
  readonly level: number | undefined;
  /** Whether the expression or the picture was changed. */
  readonly cate: 'text' | 'image' | undefined;
}

/** What scoring needs of an annotation. */
export interface Row {
  readonly id: string;
  readonly imageId: string;
  readonly file: string;
  readonly expression: string;
  readonly level: number;
  readonly tags: readonly string[];
  /** Of a positive. */
  readonly reference: Box | undefined;
  /** Of a negative. */
  readonly negative: NegativeKind | undefined;
  readonly positiveId: string | undefined;
}

/**
 * An annotation that names a positive or a type of negative is a negative whatever box it carries (that of its positive,
 * usually), and so is one without a box.
 */
export const isNegative = ({ positive_id, negative_type, bbox }: Annotation): boolean =>
  positive_id !== undefined || negative_type !== undefined || bbox === null;

export function rowOf(annotation: Annotation): Row {
  const { id, image_id, file_name, expression, level, tags, positive_id } = annotation;
  const { negative_type: type, negative_level, negative_cate: cate } = annotation;
  const negative = isNegative(annotation);
  return {
    id,
    imageId: String(image_id),
    file: file_name,
    expression,
    level,
    tags,
    reference: negative ? undefined : referenceBox(annotation),
    negative: negative ? { type, level: negative_level, cate } : undefined,
    positiveId: positive_id,
  };
}
