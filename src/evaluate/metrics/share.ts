import type { Family, OfImage, Subject } from './figure.ts';
import { split, sumsByImage } from './sums.ts';

/** What is asked of each item. */
export interface Test<T> {
  readonly metric: string;
  readonly better: Subject['better'];
  readonly test: (item: T) => boolean;
}

/** How large a share of the items passes each test. */
export function shares<T extends OfImage>(
  group: string,
  items: readonly T[],
  tests: readonly Test<T>[],
): Family {
  const sums = sumsByImage(items, [
    () => 1,
    ...tests.map(
      ({ test }) =>
        (item: T) =>
          test(item) ? 1 : 0,
    ),
  ]);
  return {
    subjects: tests.map(({ metric, better }, i) => ({
      metric,
      group,
      unit: 'share',
      better,
      count: { part: sums.all[i + 1]!, of: items.length },
    })),
    statistic(weights) {
      const [of, parts] = split(sums.of(weights));
      return parts.map((part) => part / of);
    },
  };
}
