import { z } from 'zod';
import type { Size } from '../../picture/picture.ts';
import type { Kernel } from '../../picture/resize.ts';
import type { TensorSpec } from '../../picture/tensor.ts';

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

/** As Python rounds. */
function roundHalfEven(n: number): number {
  const floor = Math.floor(n);
  if (n - floor !== 0.5) return Math.round(n);
  return floor % 2 === 0 ? floor : floor + 1;
}
