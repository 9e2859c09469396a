import type { Trouble, TroubleOptions } from './platform.ts';

/** What goes wrong by the request; what the bot may not do is a state of the place, and kept there. */
export type Passing = Extract<Trouble, 'rate-limit' | 'down' | 'hang-up' | 'refuse'>;

export interface Hit {
  readonly kind: Passing;
  readonly seconds: number;
}

export interface Troubles {
  add(kind: Passing, options?: TroubleOptions): void;
  clear(): void;
  /** The trouble that this request is in; it counts as one of its times. */
  hit(what: string): Hit | undefined;
}

export function troubles(): Troubles {
  let list: { hit: Hit; of: string; left: number }[] = [];
  return {
    add(kind, { times = Number.POSITIVE_INFINITY, seconds = 1, of = '' } = {}) {
      list.push({ hit: { kind, seconds }, of, left: times });
    },
    clear() {
      list = [];
    },
    hit(what) {
      const found = list.find(({ of, left }) => left > 0 && what.includes(of));
      if (found) found.left--;
      return found?.hit;
    },
  };
}
