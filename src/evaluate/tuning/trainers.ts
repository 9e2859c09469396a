import { resolve } from 'node:path';
import * as z from 'zod';
import { IMAGE_TOKEN, mediaPath, TuningRecord } from './record.ts';

/** Which trainers the sets are written for. */
export const TRAINER_NAMES = ['llama-factory', 'ms-swift', 'trl'] as const;
export type TrainerName = (typeof TRAINER_NAMES)[number];

export interface Trainer {
  /** Whether the sets are entered in a table beside them. */
  readonly hasTable: boolean;
  /** A record as this trainer reads it. @param mediaDir what the record's image paths are relative to */
  readonly write: (record: TuningRecord, mediaDir: string) => object;
  /** How the sets are given to it. */
  readonly usage: (file: string, mediaDir: string) => string;
}

/** What TRL's SFTTrainer takes: words without a token for the image, which it puts in itself, and whole paths. */
const TrlRecord = z.object({
  prompt: z.tuple([z.object({ role: z.literal('user'), content: z.string() })]),
  completion: z.tuple([z.object({ role: z.literal('assistant'), content: z.string() })]),
  images: z.array(z.string()).min(1),
});

export const TRAINERS: Readonly<Record<TrainerName, Trainer>> = {
  'llama-factory': {
    hasTable: true,
    write: (record) => record,
    usage: (file, mediaDir) => `dataset_dir: the folder of ${file}; media_dir: ${mediaDir}`,
  },
  'ms-swift': {
    hasTable: false,
    write: (record) => record,
    usage: (file, mediaDir) => `ROOT_IMAGE_DIR=${resolve(mediaDir)} swift sft --dataset ${file} …`,
  },
  trl: {
    hasTable: false,
    write({ messages: [{ content, ...user }, assistant], images }, mediaDir): z.infer<typeof TrlRecord> {
      return {
        prompt: [{ ...user, content: content.slice(IMAGE_TOKEN.length) }],
        completion: [assistant],
        images: images.map((path) => resolve(mediaDir, path)),
      };
    },
    usage: (file) =>
      `load_dataset("json", data_files="${file}", split="train").cast_column("images", List(Image()))`,
  },
};

/** The record that a line holds, whichever trainer it is for; undefined where it holds none. */
export function readRecord(value: unknown, mediaDir: string): TuningRecord | undefined {
  const shared = TuningRecord.safeParse(value);
  if (shared.success) return shared.data;
  const { success, data } = TrlRecord.safeParse(value);
  if (!success) return undefined;
  const [{ content }] = data.prompt;
  return {
    messages: [{ role: 'user', content: IMAGE_TOKEN + content }, data.completion[0]],
    images: data.images.map((path) => mediaPath(path, mediaDir)),
  };
}
