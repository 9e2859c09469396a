import { setTimeout as sleep } from 'node:timers/promises';
import type { Detector } from '../../src/detector/detector.ts';
import { SpotterError } from '../../src/errors.ts';
import type { Observers } from '../../src/observer/observers.ts';

/**
 * A detector that does what its phrases say: "sleep 300", "die" (the process ends as by kill -9), "fail"; whatever else is
 * found in the whole picture. One with a weakness never comes to an end with "stuck", or takes memory until there is no more
 * with "hoard".
 */
export function createStandIn(onRun: (phrase: string) => void = () => {}, weakness?: string): Detector {
  return {
    id: 'stand-in',
    open: true,
    matchLabel: (noun) => ({ match: 'same', labels: [noun] }),
    alike: () => false,
    certainty: (score) => score,
    async propose({ width, height }, phrases, { signal } = {}) {
      for (const phrase of phrases) {
        onRun(phrase);
        const [what = '', ms] = phrase.split(' ');
        if (what === 'sleep') await sleep(Number(ms), undefined, signal ? { signal } : {});
        if (what === 'stuck' && what === weakness) await sleep(100_000, undefined, signal ? { signal } : {});
        if (what === 'die') process.kill(process.pid, 'SIGKILL');
        if (what === 'hoard' && what === weakness) hoard();
        if (what === 'fail')
          throw new SpotterError('detector-down', 'The stand-in fails.', 'As it was told.');
      }
      return phrases.map((label) => [{ box: [0, 0, width, height], score: 0.9, label }]);
    },
    close: async () => {},
  };
}

function hoard(): never {
  const held: unknown[] = [];
  for (;;) held.push(Array.from({ length: 100_000 }, () => ({})));
}

export const NO_OBSERVERS: Observers = { ids: [], models: [], wanted: () => [], observe: async () => ({}) };
