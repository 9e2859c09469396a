import type { Namespace, Store } from '../../src/store/store.ts';

/** A memory that lasts as long as the test, and keeps JSON as the real ones do. */
export function mapMemory(): Store {
  const shelves = new Map<string, Map<string, string>>();
  const claimed = new Map<string, string | undefined>();
  return {
    namespace<V>(name: string): Namespace<V> {
      const values = shelves.get(name) ?? new Map<string, string>();
      shelves.set(name, values);
      const read = (text: string | undefined) => (text === undefined ? undefined : (JSON.parse(text) as V));
      return {
        get: async (key) => read(values.get(key)),
        set: async (key, value) => void values.set(key, JSON.stringify(value)),
        delete: async (key) => values.delete(key),
        list: async (prefix) =>
          [...values].flatMap(([key, text]) => (key.startsWith(prefix) ? [[key, read(text)!] as const] : [])),
      };
    },
    async claim(key, _, by) {
      if (claimed.has(key)) return by !== undefined && claimed.get(key) === by;
      claimed.set(key, by);
      return true;
    },
    now: async () => Date.now(),
    purge: async () => {},
    close: async () => {},
  };
}
