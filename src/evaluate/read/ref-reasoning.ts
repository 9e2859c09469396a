import { photoOf } from './draft.ts';
import type { RowReader } from './plain.ts';

/** A row of Ref-Reasoning as it comes: photos are GQA's, boxes x, y, width, height. */
export const refReasoningRow: RowReader = ({ id, image_id, expression, bbox }) => ({
  draft: { id, image_id, file_name: photoOf(image_id), expression, bbox: bbox ?? undefined },
});
