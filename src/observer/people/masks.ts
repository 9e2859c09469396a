import { type Box, height, width } from '../../box.ts';
import { intoTensor, type Mapping } from '../../picture/tensor.ts';
import { MASK_SIDE, type Mask } from '../observer.ts';
import { BODY_SIDE } from './joints.ts';

/**
 * Reads a mask at the cells of a person's box.
 * @param values of the network: BODY_SIDE x BODY_SIDE, 0..1, row by row
 * @param area what the network looked at, and `person` the box, in pixels of the picture
 */
export function maskOf(values: Float32Array, mapping: Mapping, area: Box, person: Box): Mask {
  const cell = (i: number): number => {
    const x = person[0] + (((i % MASK_SIDE) + 0.5) / MASK_SIDE) * width(person) - area[0];
    const y = person[1] + ((Math.floor(i / MASK_SIDE) + 0.5) / MASK_SIDE) * height(person) - area[1];
    const [column, row] = intoTensor(mapping, [x, y, x, y]).map((at) =>
      Math.min(BODY_SIDE - 1, Math.max(0, Math.floor(at))),
    ) as [number, number, number, number];
    return Math.round(100 * values[row * BODY_SIDE + column]!);
  };
  return Array.from({ length: MASK_SIDE * MASK_SIDE }, (_, i) => cell(i));
}
