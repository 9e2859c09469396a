/** Lets one side wait for what the other side does. */
export interface Watch {
  /** Something happened: whoever waits looks again. */
  changed(): void;
  /** @throws Error, with what `describe` says, when it took too long */
  until<T>(look: () => T | undefined | false, ms?: number): Promise<T>;
}

export function watch(describe: () => string): Watch {
  const waiting = new Set<() => void>();
  return {
    changed() {
      for (const again of [...waiting]) again();
    },
    until: (look, ms = 30_000) =>
      new Promise((resolve, reject) => {
        const finish = (): void => {
          clearTimeout(timer);
          waiting.delete(again);
        };
        const again = (): void => {
          try {
            const found = look();
            if (found === undefined || found === false) return;
            finish();
            resolve(found);
          } catch (thrown) {
            finish();
            reject(thrown);
          }
        };
        const timer = setTimeout(() => {
          finish();
          reject(new Error(`Not seen in ${ms} ms. ${describe()}`));
        }, ms);
        waiting.add(again);
        again();
      }),
  };
}
