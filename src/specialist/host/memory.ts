import type { PinnedFile } from '../../models/model.ts';
import type { Tensors } from './protocol.ts';

const GIB = 2 ** 30;

/**
 * Judges whether a detector process has grown too large, from what it says after each run. By default the limit is
 * three times what the process needed after the first run of its latest model, and at least 2 GiB: a run on larger
 * inputs may well double what a first one took, and below 2 GiB there is little to be won by loading again.
 */
export class MemoryWatch {
  readonly #max: number | undefined;
  readonly #ran = new Set<string>();
  #first = 0;
  /** Resident memory of the process as it last said, in bytes. */
  rss: number | undefined;

  constructor(max: number | undefined) {
    this.#max = max;
  }

  /** Another process begins anew. */
  reset(): void {
    this.#ran.clear();
    this.#first = 0;
    this.rss = undefined;
  }

  isTooMuch(
    rss: number,
    { model, feeds }: { readonly model: PinnedFile; readonly feeds?: Tensors | undefined },
  ): boolean {
    this.rss = rss;
    // What loading alone takes is no growth.
    if (!feeds) return false;
    if (!this.#ran.has(model.file)) {
      this.#ran.add(model.file);
      this.#first = rss;
    }
    return rss > (this.#max ?? Math.max(3 * this.#first, 2 * GIB));
  }
}
