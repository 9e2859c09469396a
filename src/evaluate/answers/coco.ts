import { fieldsOf, idOf } from '../read/check.ts';
import { jsonRows } from '../read/rows.ts';
import type { Told } from './forms.ts';

/** Rows of one question, best first. */
interface Gathered {
  /** Where its first row stands. */
  readonly line: number;
  readonly boxes: number[][];
  readonly scores: number[];
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

/**
 * COCO's results: a list of boxes (`image_id`, `bbox` as x, y, width, height, `score`), in any order. The `image_id` is
 * the id of the annotation, of which there is one image row each. A question without a row has no answer. Rows in the own
 * keys (`id`, `boxes`, `scores`) may stand in a list, too.
 * @throws SpotterError not-found, bad-usage
 */
export async function* cocoResults(file: string): AsyncGenerator<{ line: number; row: Told }> {
  const byId = new Map<string, Gathered>();
  let line = 0;
  for await (const { value } of jsonRows(file, '$.*')) {
    line += 1;
    const fields = fieldsOf(value) ?? {};
    if ('boxes' in fields) {
      yield { line, row: fields };
      continue;
    }
    const id = idOf(fields.image_id);
    const { bbox, score } = fields;
    const isBox = Array.isArray(bbox) && bbox.length === 4 && bbox.every(isNumber);
    if (id === undefined || !isBox || !isNumber(score)) {
      yield { line, row: { reason: 'no image_id, bbox of four numbers, and score' } };
      continue;
    }
    const gathered = byId.get(id) ?? { line, boxes: [], scores: [] };
    byId.set(id, gathered);
    const [x, y, width, height] = bbox as [number, number, number, number];
    gathered.boxes.push([x, y, x + width, y + height]);
    gathered.scores.push(score);
  }
  for (const [id, { line: first, boxes, scores }] of byId) {
    // The order of the rows says nothing: sorted here, so that it is nobody's mistake.
    const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
    const row = {
      id,
      boxes: order.map((i) => boxes[i]!),
      scores: order.map((i) => scores[i]!),
      outcome: 'found',
    };
    yield { line: first, row };
  }
}
