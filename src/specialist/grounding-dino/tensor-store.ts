import type { PictureTensor } from '../../picture/tensor.ts';

interface Kept {
  readonly key: string;
  readonly tensor: Promise<PictureTensor>;
  /** Known once the tensor is made. */
  data?: Float32Array;
  users: number;
}

export interface TensorStore {
  /**
   * Calls `work` with the tensor of a picture, made by `make` unless it is one of the last ones. `make` may write into
   * the buffer it is given. Until `work` has settled, nothing is written into its tensor.
   */
  use<T>(
    key: string,
    make: (reuse?: Float32Array) => Promise<PictureTensor>,
    work: (tensor: PictureTensor) => Promise<T>,
  ): Promise<T>;
}

/** Keeps the tensors of the last `max` pictures: further phrases need not make them again, nor new buffers. */
export function createTensorStore({ max }: { max: number }): TensorStore {
  /** Least recently used first. */
  const kept: Kept[] = [];

  const forget = (entry: Kept | undefined): void => {
    const at = entry ? kept.indexOf(entry) : -1;
    if (at >= 0) kept.splice(at, 1);
  };

  function find(key: string, make: (reuse?: Float32Array) => Promise<PictureTensor>): Kept {
    const known = kept.find((entry) => entry.key === key);
    forget(known);
    if (known) {
      kept.push(known);
      return known;
    }
    const idle = kept.length < max ? undefined : kept.find(({ users }) => users === 0);
    forget(idle);
    const entry: Kept = { key, tensor: make(idle?.data), users: 0 };
    // While all of them are in use, a further one is for once.
    if (kept.length < max) kept.push(entry);
    return entry;
  }

  return {
    async use(key, make, work) {
      const entry = find(key, make);
      entry.users += 1;
      try {
        const tensor = await entry.tensor;
        entry.data = tensor.data;
        return await work(tensor);
      } catch (thrown) {
        if (!entry.data) forget(entry);
        throw thrown;
      } finally {
        entry.users -= 1;
      }
    },
  };
}
