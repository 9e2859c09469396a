/**
 * What waits, each under the name of its asker: every asker gets a turn before anyone gets a second one, and what one
 * asker asked comes in the order of asking. Whoever gives no name is an asker of their own.
 */
export class FairQueue<T> {
  /** The next asker to be served first. */
  readonly #lines = new Map<string | symbol, T[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T, asker: string | symbol = Symbol('nobody else')): void {
    const line = this.#lines.get(asker);
    if (line) line.push(item);
    else this.#lines.set(asker, [item]);
    this.#length += 1;
  }

  /** How many of an asker wait. */
  lengthOf(asker: string | symbol): number {
    return this.#lines.get(asker)?.length ?? 0;
  }

  /** Takes the next one out, of an asker that may have a turn; its asker goes to the end. */
  shift(may: (asker: string | symbol) => boolean = () => true): T | undefined {
    const next = [...this.#lines].find(([asker]) => may(asker));
    if (!next) return undefined;
    const [asker, [item, ...rest]] = next;
    this.#lines.delete(asker);
    if (rest.length > 0) this.#lines.set(asker, rest);
    this.#length -= 1;
    return item;
  }

  /** All of them in the order of their turns, if nothing more comes. */
  *[Symbol.iterator](): Generator<T> {
    let round = [...this.#lines.values()];
    for (let turn = 0; round.length > 0; turn += 1) {
      yield* round.map((line) => line[turn]!);
      round = round.filter((line) => line.length > turn + 1);
    }
  }

  /** Takes out one that no longer waits; says whether it did wait. */
  remove(item: T): boolean {
    for (const [asker, line] of this.#lines) {
      const at = line.indexOf(item);
      if (at < 0) continue;
      line.splice(at, 1);
      if (line.length === 0) this.#lines.delete(asker);
      this.#length -= 1;
      return true;
    }
    return false;
  }
}

/** Whether an asker who holds so many of some places may have one more: where there are several, one is left to others. */
export const leavesOne = (held: number, places: number): boolean => held < Math.max(1, places - 1);
