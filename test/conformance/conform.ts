import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Spotter } from '../../src/ask.ts';
import type { ChatDeps } from '../../src/chat/context.ts';
import { ADAPTERS, type Running } from './adapters.ts';
import type { Scenarios } from './scenario.ts';
import { type Changes, worldOf } from './world.ts';

/** Plays all scenarios on every adapter, with one detector; `open` is called once, before the first of them. */
export function conform(scenarios: Scenarios, open: () => Spotter): void {
  let spotter: Spotter;
  beforeAll(() => {
    spotter = open();
  });
  afterAll(() => spotter.close());

  describe.each(ADAPTERS)('on %s', (_, start) => {
    let running: Running;
    let changes: Changes = {};
    let played = 0;

    beforeAll(async () => {
      // What scenarios change is looked up when it is needed, so that one bot serves them all.
      const deps: Pick<ChatDeps, 'spotter' | 'admit' | 'admission'> = {
        spotter: { ...spotter, ask: (asked) => (changes.ask ?? spotter.ask)(asked) },
        admit: async (place) => changes.admit?.(place),
        admission: (work, turn) => (changes.admission ? changes.admission(work, turn) : work()),
      };
      running = await start(deps);
    });
    afterAll(() => running.close());
    beforeEach(() => {
      changes = {};
      played += 1;
    });
    afterEach(() => {
      const { platform, troubles } = running;
      platform.recover();
      expect(platform.complaints).toEqual([]);
      expect(troubles).toEqual([]);
      expect(platform.replies().flatMap(({ pings }) => pings)).toEqual([]);
    });

    it.each(Object.entries(scenarios))('%s', (_, scenario) =>
      scenario(
        worldOf(running, `scenario-${played}`, (made) => {
          changes = made;
        }),
      ),
    );
  });
}
