import * as z from 'zod';
import { roundHalfEven } from '../../box.ts';
import type { Size } from '../../picture/picture.ts';
import type { Kernel, PictureTensor, TensorSpec } from '../../picture/tensor.ts';
import type { TensorData, Tensors } from '../worker/protocol.ts';
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

/** PIL's numbers for how to resize, as far as there is the like here; its box (4) and Hamming (5) are refused. */
const KERNELS: Readonly<Record<number, Kernel>> = { 0: 'nearest', 1: 'lanczos3', 2: 'linear', 3: 'cubic' };

const side = z.int().positive().max(4096);
const triple = z.tuple([z.number(), z.number(), z.number()]);
const positive = z.number().positive();

/** What a preprocessor_config.json must be, to be followed here; where it is silent, the reference's defaults. */
export const PreprocessorFile = z.looseObject({
  do_resize: z.literal(true).default(true),
  size: z
    .union([
      z.strictObject({ height: side, width: side }),
      z.strictObject({ shortest_edge: side, longest_edge: side }),
    ])
    .default({ shortest_edge: 800, longest_edge: 1333 }),
  resample: z
    .int()
    .refine((n) => KERNELS[n] !== undefined, 'is no known way to resize')
    .default(2),
  do_rescale: z.boolean().default(true),
  rescale_factor: positive.default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: triple.default([0.485, 0.456, 0.406]),
  image_std: z.tuple([positive, positive, positive]).default([0.229, 0.224, 0.225]),
  // With one picture at a time there is nothing to pad to, unless a size is told.
  pad_size: z.null().optional(),
});

export type Preprocessor = z.infer<typeof PreprocessorFile>;

/** The tensor that a picture becomes; where edges are told, its size depends on the picture's. */
export function tensorSpec(config: Preprocessor, picture: Size): TensorSpec {
  return {
    ...tensorSize(config.size, picture),
    // With edges told the size already has the picture's proportions, as nearly as whole pixels allow.
    fit: 'squash',
    kernel: KERNELS[config.resample]!,
    scale: config.do_rescale ? config.rescale_factor : 1,
    ...(config.do_normalize && { mean: config.image_mean, std: config.image_std }),
  };
}

/** The size that every picture becomes; undefined where it depends on the picture. */
export const fixedSize = ({ size }: Preprocessor): Size | undefined => ('height' in size ? size : undefined);

export function tensorSize(size: Preprocessor['size'], picture: Size): Size {
  if ('height' in size) return { width: size.width, height: size.height };
  return byEdges(picture, size.shortest_edge, size.longest_edge);
}

/**
 * The shorter side becomes `shortest`, unless the longer one would then be more than `longest`. Rounds as the
 * reference does, operation by operation: the shorter side half to even, and the longer one down.
 */
function byEdges({ width, height }: Size, shortest: number, longest: number): Size {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const capped = (long / short) * shortest > longest ? (longest * short) / long : undefined;
  const shorter = capped === undefined ? shortest : Math.max(1, roundHalfEven(capped));
  if (short === shorter) return { width, height };
  const scaled = capped ?? shorter;
  // Multiplied before it is divided: the other order rounds differently.
  return width < height
    ? { width: shorter, height: Math.trunc((scaled * height) / width) }
    : { width: Math.trunc((scaled * width) / height), height: shorter };
}

interface Kept {
  readonly key: string;
  readonly tensor: Promise<PictureTensor>;
  /** Known once the tensor is made. */
  data?: Float32Array;
  users: number;
}

export interface TensorStore {
  /**
   * Calls `work` with the tensor of a picture, made by `make` unless it is one of the last ones. `make` may write into
   * the buffer it is given. Until `work` has settled, nothing is written into its tensor.
   */
  use<T>(
    key: string,
    make: (reuse?: Float32Array) => Promise<PictureTensor>,
    work: (tensor: PictureTensor) => Promise<T>,
  ): Promise<T>;
}

/** Keeps the tensors of the last `max` pictures: further phrases need not make them again, nor new buffers. */
export function createTensorStore({ max }: { max: number }): TensorStore {
  /** Least recently used first. */
  const kept: Kept[] = [];

  const forget = (entry: Kept | undefined): void => {
    const at = entry ? kept.indexOf(entry) : -1;
    if (at >= 0) kept.splice(at, 1);
  };

  function find(key: string, make: (reuse?: Float32Array) => Promise<PictureTensor>): Kept {
    const known = kept.find((entry) => entry.key === key);
    forget(known);
    if (known) {
      kept.push(known);
      return known;
    }
    const idle = kept.length < max ? undefined : kept.find(({ users }) => users === 0);
    forget(idle);
    const entry: Kept = { key, tensor: make(idle?.data), users: 0 };
    // While all of them are in use, a further one is for once.
    if (kept.length < max) kept.push(entry);
    return entry;
  }

  return {
    async use(key, make, work) {
      const entry = find(key, make);
      entry.users += 1;
      try {
        const tensor = await entry.tensor;
        entry.data = tensor.data;
        return await work(tensor);
      } catch (thrown) {
        if (!entry.data) forget(entry);
        throw thrown;
      } finally {
        entry.users -= 1;
      }
    },
  };
}
