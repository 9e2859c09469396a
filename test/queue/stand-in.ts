import { setTimeout as sleep } from 'node:timers/promises';
import type { Detector } from '../../src/detector/detector.ts';
import { SpotterError } from '../../src/errors.ts';
import type { Observers } from '../../src/observer/observers.ts';

/**
 * A detector that does what its phrases say: "sleep 300", "die" (the process ends as by kill -9), "fail"; whatever else is
 * found in the whole picture. One that is stuck never comes to an end with "stuck".
 */
export function createStandIn(onRun: (phrase: string) => void = () => {}, isStuck = false): Detector {
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
        if (what === 'stuck' && isStuck) await sleep(100_000, undefined, signal ? { signal } : {});
        if (what === 'die') process.kill(process.pid, 'SIGKILL');
        if (what === 'fail')
          throw new SpotterError('detector-down', 'The stand-in fails.', 'As it was told.');
      }
      return phrases.map((label) => [{ box: [0, 0, width, height], score: 0.9, label }]);
    },
    close: async () => {},
  };
}

export const NO_OBSERVERS: Observers = { ids: [], models: [], wanted: () => [], observe: async () => ({}) };
