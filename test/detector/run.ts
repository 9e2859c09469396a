import type { DetectorHost, Ran, TurnOptions } from '../../src/detector/worker/host.ts';
import type { Tensors } from '../../src/detector/worker/protocol.ts';
import type { PinnedFile } from '../../src/models/registry.ts';

/** A turn of a single run. */
export const run = (
  host: DetectorHost,
  weights: PinnedFile,
  feeds: Tensors,
  options?: TurnOptions,
): Promise<Ran> => host.turn((once) => once(weights, feeds), options);
