// The process that decodes pictures, one at a time; see read.ts.

import sharp from 'sharp';
import { serve } from '../worker/worker.ts';
import { type Decoded, decode } from './decode.ts';
import type { Limits } from './inspect.ts';

process.title = 'spotter-decoder';
sharp.cache(false);
sharp.concurrency(1);

/** On a busy machine a picture of 50 megapixels takes up to 6 s, whatever its format. */
const HEADER_MS = 3000;
const MS_A_MEGAPIXEL = 140;

const TASKS = {
  decode(
    { bytes, limits }: { readonly bytes: Uint8Array; readonly limits: Limits },
    allow: (ms: number) => void,
  ): Promise<Decoded> {
    return decode(bytes, limits, (pixels) => allow(HEADER_MS + (pixels / 1e6) * MS_A_MEGAPIXEL));
  },
};
export type DecoderTasks = typeof TASKS;

serve(TASKS, { maxRss: 380 * 2 ** 20, spentRss: 180 * 2 ** 20 });
