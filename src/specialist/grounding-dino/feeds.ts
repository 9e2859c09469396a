import type { Size } from '../../picture/picture.ts';
import type { TensorData, Tensors } from '../host/protocol.ts';
import type { Contract, InputName } from './contract.ts';
import type { Output } from './post-process.ts';

export interface Question {
  /** The ids of a prompt. */
  readonly ids: readonly number[];
  /** The id that fills a prompt up. */
  readonly pad: number;
  /** f32[3, height, width], planar. */
  readonly pixels: Float32Array;
  readonly size: Size;
}

/** What a graph is fed with for one prompt about one picture; masks only where it has an input for them. */
export function feedsOf({ ids, pad, pixels, size }: Question, { inputs, sequence }: Contract): Tensors {
  const { width, height } = size;
  const length = Math.max(ids.length, sequence ?? 0);
  const line = (valueAt: (i: number) => number): TensorData => ({
    type: 'int64',
    data: BigInt64Array.from({ length }, (_, i) => BigInt(valueAt(i))),
    dims: [1, length],
  });
  const all: { readonly [N in InputName]: () => TensorData } = {
    pixel_values: () => ({ type: 'float32', data: pixels, dims: [1, 3, height, width] }),
    pixel_mask: () => ({ type: 'int64', data: ones(width * height), dims: [1, height, width] }),
    input_ids: () => line((i) => ids[i] ?? pad),
    token_type_ids: () => line(() => 0),
    attention_mask: () => line((i) => (i < ids.length ? 1 : 0)),
  };
  return Object.fromEntries([...inputs].map((name) => [name, all[name]()]));
}

/** @throws RangeError when the graph does not give what its metadata said */
export function outputOf({ logits, pred_boxes: boxes }: Tensors): Output {
  if (logits?.type !== 'float32' || boxes?.type !== 'float32') {
    throw new RangeError('logits or pred_boxes missing');
  }
  return { logits: logits.data, boxes: boxes.data, tokens: logits.dims.at(-1)! };
}

/** With one picture at a time nothing is padded, so that every mask is all ones; 5 MB that are made once. */
let mask = new BigInt64Array(0);

function ones(length: number): BigInt64Array {
  if (mask.length < length) mask = new BigInt64Array(length).fill(1n);
  return mask.subarray(0, length);
}
