import { candidatesMap, candidatesOf } from './candidates.ts';
import { idOf } from './draft.ts';
import type { RowReader } from './plain.ts';

/**
 * A row of Ref-Adv as it comes: the expression that was written to be mistaken, with the box that it means. (Its
 * `raw_str` and `GT_bbox_number` are the expression of RefCOCOg that it was made from.)
 */
export const refAdvRow: RowReader = (row) => {
  const map = candidatesMap(row.bbox_candidates_map);
  const candidates = map && candidatesOf(map);
  if (!map || !candidates) return { reason: 'bad-candidates' };
  const draft = {
    id: row.id,
    image_id: row.imgID,
    file_name: row.img_file_name,
    expression: row.most_confused_bbox_GT_desc,
    bbox: map[idOf(row.most_confused_bbox_number) ?? ''],
    candidates,
  };
  return { draft };
};
