import type { PinnedFile } from '../../src/models/model.ts';
import type { DetectorHost, Ran, TurnOptions } from '../../src/specialist/host/host.ts';
import type { Tensors } from '../../src/specialist/host/protocol.ts';

/** A turn of a single run. */
export const run = (
  host: DetectorHost,
  weights: PinnedFile,
  feeds: Tensors,
  options?: TurnOptions,
): Promise<Ran> => host.turn((once) => once(weights, feeds), options);
