import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../world/platform.ts';

/** An answer is what can be asked why it is so; words such as "I am busy" cannot. */
const OF_ANSWER = 'Why?';
const PATIENCE_MS = 60_000;

/** What was asked and what was answered, place by place: so one that is lost is not made up for by one that is doubled. */
export interface Ledger {
  asked(channel: string): void;
  /** Resolves when everything is answered, or when that takes too long. */
  answered(): Promise<void>;
  count(): { readonly lost: number; readonly doubled: number };
  /** @throws where something is not answered, or twice */
  settled(): Promise<void>;
}

export function createLedger({ replies }: Platform): Ledger {
  const asked = new Map<string, number>();

  function count() {
    const left = new Map(asked);
    for (const { place, buttons, removed } of replies()) {
      if (removed !== undefined || !buttons.some(({ label }) => label === OF_ANSWER)) continue;
      left.set(place.channel, (left.get(place.channel) ?? 0) - 1);
    }
    const sum = (of: (left: number) => number): number => [...left.values()].reduce((s, n) => s + of(n), 0);
    return { lost: sum((n) => Math.max(0, n)), doubled: sum((n) => Math.max(0, -n)) };
  }

  async function answered(): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (count().lost > 0 && performance.now() < end) await sleep(20);
  }

  return {
    asked: (channel) => void asked.set(channel, (asked.get(channel) ?? 0) + 1),
    answered,
    count,
    async settled() {
      await answered();
      const { lost, doubled } = count();
      if (lost + doubled > 0) throw new Error(`Of what was asked, ${lost} lost, ${doubled} doubled.`);
    },
  };
}
