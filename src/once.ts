/** Something that is made with its first use, and kept; a failure is not kept. */
export interface Once<T> {
  (): Promise<T>;
  /** What was made, or is being made; undefined where it was not used so far. */
  made(): Promise<T | undefined>;
}

/**
 * @example
 * const open = once(() => import('./heavy.ts'));
 * await open();
 */
export function once<T>(make: () => Promise<T>): Once<T> {
  let one: Promise<T> | undefined;
  const get = (): Promise<T> => {
    if (one) return one;
    const making = make();
    one = making;
    making.catch(() => {
      one = undefined;
    });
    return making;
  };
  return Object.assign(get, { made: async () => one });
}
