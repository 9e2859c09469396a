import type { Device } from '../specialist/device.ts';

/** A file with the sha256 (hex) that its bytes must have: an absolute path. */
export interface PinnedFile {
  readonly file: string;
  readonly sha256: string;
}

/** A model whose files lie on this machine, ready to be opened. */
export interface Model {
  /** As in the registry: "grounding-dino-tiny". */
  readonly id: string;
  /** Which of its weights: "fp16"; "default" where there is only one kind. */
  readonly variant: string;
  /** Which specialist runs it: a key of the table in src/specialist/table.ts. */
  readonly specialist: string;
  /** Where it runs unless a device is named. */
  readonly device?: Device;
  /** What to do when one of its files is missing or damaged, in words. */
  readonly restore: string;
  readonly weights: PinnedFile;
  /** Everything else that belongs to it, by its path in the published layout: "preprocessor_config.json". */
  readonly files: Readonly<Record<string, PinnedFile>>;
}
