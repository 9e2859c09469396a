import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What transformers.js gives for a phrase. */
export interface Found {
  readonly score: number;
  readonly label: string;
  readonly box: Readonly<Record<'xmin' | 'ymin' | 'xmax' | 'ymax', number>>;
}

export interface TheirTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** What the model gave, and what its post-processing needs besides. */
export interface Ran {
  readonly outputs: Readonly<Record<'logits' | 'pred_boxes', TheirTensor>>;
  readonly ids: unknown;
  /** Height and width of the picture. */
  readonly size: readonly [number, number];
}

/** The same model and photos through transformers.js, cut where Spotter's way is cut. Its own types say nothing here. */
export interface Theirs {
  read(file: string): Promise<unknown>;
  toTensor(image: unknown): Promise<TheirTensor>;
  run(image: unknown, phrase: string): Promise<Ran>;
  postProcess(ran: Ran, threshold: number): unknown;
  detect(file: string, phrase: string, threshold: number): Promise<Found[]>;
}

/** Installed on its own, so that nobody who installs Spotter pays for it. */
const INSTALLED = new URL('./node_modules/@huggingface/transformers/', import.meta.url);
export const isInstalled = (): boolean => existsSync(INSTALLED);

/** @param folder of the model; its parent folder is where transformers.js looks for it */
export async function openTheirs(folder: URL, threads: number): Promise<Theirs> {
  // A name that is not written out: nothing but this benchmark knows of the package.
  const name = new URL('dist/transformers.node.mjs', INSTALLED).href;
  const { env, pipeline, RawImage } = await import(name);
  env.allowRemoteModels = false;
  env.localModelPath = fileURLToPath(new URL('..', folder));
  const model = folder.pathname.split('/').findLast(Boolean);
  const detector = await pipeline('zero-shot-object-detection', model, {
    dtype: 'fp32',
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  });
  const { processor, tokenizer } = detector;
  return {
    read: (file) => RawImage.read(file),
    toTensor: async (image) => (await processor(image)).pixel_values,
    async run(image, phrase) {
      const text = tokenizer([phrase], { padding: true, truncation: true });
      const { width, height } = image as { width: number; height: number };
      const outputs = await detector.model({ ...text, ...(await processor(image)) });
      return { outputs, ids: text.input_ids, size: [height, width] };
    },
    postProcess({ outputs, ids, size }, threshold) {
      const options = { box_threshold: threshold, text_threshold: threshold, target_sizes: [size] };
      return processor.post_process_grounded_object_detection(outputs, ids, options);
    },
    detect: (file, phrase, threshold) => detector(file, [phrase], { threshold }),
  };
}
