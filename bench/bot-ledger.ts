import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../test/world/platform.ts';

/** An answer is what can be asked why it is so; words such as "I am busy" cannot. */
const OF_ANSWER = 'Why?';
const PATIENCE_MS = 60_000;

/** What was asked and what was answered, place by place: so one that is lost is not made up for by one that is doubled. */
export interface Ledger {
  asked(channel: string): void;
  /** Resolves when everything is answered. @throws where something is not, or twice */
  settled(): Promise<void>;
}

export function createLedger({ replies }: Platform): Ledger {
  const asked = new Map<string, number>();

  function differences(): number[] {
    const left = new Map(asked);
    for (const { place, buttons } of replies()) {
      if (!buttons.some(({ label }) => label === OF_ANSWER)) continue;
      left.set(place.channel, (left.get(place.channel) ?? 0) - 1);
    }
    return [...left.values()];
  }

  return {
    asked: (channel) => void asked.set(channel, (asked.get(channel) ?? 0) + 1),
    async settled() {
      const end = performance.now() + PATIENCE_MS;
      while (differences().some((left) => left > 0) && performance.now() < end) await sleep(20);
      const left = differences();
      const lost = left.reduce((sum, each) => sum + Math.max(0, each), 0);
      const doubled = left.reduce((sum, each) => sum + Math.max(0, -each), 0);
      if (lost + doubled > 0) throw new Error(`Of what was asked, ${lost} lost, ${doubled} doubled.`);
    },
  };
}
