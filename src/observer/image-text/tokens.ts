import * as z from 'zod';
import type { Model } from '../../models/registry.ts';
import { readModelJson } from '../../models/store.ts';

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
