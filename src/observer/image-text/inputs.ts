import * as z from 'zod';
import type { Box } from '../../box.ts';
import type { TensorData } from '../../detector/worker/protocol.ts';
import type { Model } from '../../models/registry.ts';
import { readModelJson } from '../../models/store.ts';
import type { Picture } from '../../picture/picture.ts';
import { cropPicture, toTensor } from '../../picture/tensor.ts';

const side = z.int().positive().max(1024);
const triple = z.tuple([z.number(), z.number(), z.number()]);
const positive = z.number().positive();

/** What a preprocessor_config.json must be, to be followed here: that of CLIP's image processor. */
export const PreprocessorFile = z.looseObject({
  size: z.union([
    z.looseObject({ shortest_edge: side }),
    side.transform((shortest_edge) => ({ shortest_edge })),
  ]),
  crop_size: z.union([
    z.looseObject({ height: side, width: side }),
    side.transform((edge) => ({ height: edge, width: edge })),
  ]),
  do_center_crop: z.literal(true).default(true),
  /** Bicubic, PIL's 3. */
  resample: z.literal(3).default(3),
  rescale_factor: positive.default(1 / 255),
  image_mean: triple,
  image_std: z.tuple([positive, positive, positive]),
});
export type Preprocessor = z.output<typeof PreprocessorFile>;

/**
 * A part of a picture as the model wants it: its shorter side scaled to `shortest_edge`, the middle cut out.
 * @param area in pixels of the oriented picture
 * @returns f32[3, height, width], planar
 */
export async function pixelsOf(picture: Picture, area: Box, how: Preprocessor): Promise<Float32Array> {
  const { crop_size: crop, size, rescale_factor, image_mean, image_std } = how;
  const [x1, y1, x2, y2] = area;
  const unit = Math.min(x2 - x1, y2 - y1) / size.shortest_edge;
  const [width, height] = [crop.width * unit, crop.height * unit];
  const [cx, cy] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const middle: Box = [cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2];
  const { data } = await toTensor(cropPicture(picture, middle), {
    ...{ width: crop.width, height: crop.height, fit: 'squash', kernel: 'cubic' },
    ...{ scale: rescale_factor, mean: image_mean, std: image_std },
  });
  return data;
}

/** Texts as the model wants them: their tokens, shorter ones filled up, and where the tokens are. */
export function textTensors(
  texts: readonly (readonly number[])[],
  pad: number,
): { readonly input_ids: TensorData; readonly attention_mask: TensorData } {
  const length = Math.max(...texts.map((ids) => ids.length));
  const tensor = (valueAt: (ids: readonly number[], at: number) => number): TensorData => ({
    type: 'int64',
    data: BigInt64Array.from(
      texts.flatMap((ids) => Array.from({ length }, (_, at) => BigInt(valueAt(ids, at)))),
    ),
    dims: [texts.length, length],
  });
  return {
    input_ids: tensor((ids, at) => ids[at] ?? pad),
    attention_mask: tensor((ids, at) => (at < ids.length ? 1 : 0)),
  };
}

/** How texts become tokens: the file of the model says it, Hugging Face's own library does it. */
export interface Tokeniser {
  /** The ids of a text, with those that stand around it; longer texts lose their end. */
  tokenise(text: string): number[];
  readonly pad: number;
}

const TokenizerFile = z.looseObject({ model: z.looseObject({}), added_tokens: z.array(z.looseObject({})) });
const ConfigFile = z.looseObject({
  pad_token: z.union([z.string(), z.looseObject({ content: z.string() })]),
  model_max_length: z.number().positive().default(77),
});

/** CLIP reads no more. */
const MAX_TOKENS = 77;

/** @throws SpotterError model-missing, model-unfit */
export async function createTokeniser(model: Model): Promise<Tokeniser> {
  const { Tokenizer } = await import('@huggingface/tokenizers');
  const file = readModelJson(model, 'tokenizer.json', TokenizerFile);
  const config = readModelJson(model, 'tokenizer_config.json', ConfigFile);
  const library = new Tokenizer(file, config);
  const padToken = typeof config.pad_token === 'string' ? config.pad_token : config.pad_token.content;
  const longest = Math.min(MAX_TOKENS, config.model_max_length);
  return {
    pad: library.token_to_id(padToken) ?? 0,
    tokenise(text) {
      const ids = library.encode(text).ids.map(Number);
      return ids.length <= longest ? ids : [...ids.slice(0, longest - 1), ids.at(-1)!];
    },
  };
}
