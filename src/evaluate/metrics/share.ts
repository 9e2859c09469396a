import type { Family, OfImage, Subject } from './figure.ts';

/** What is asked of each case. */
export interface Test<T> {
  readonly metric: string;
  readonly better: Subject['better'];
  readonly test: (item: T) => boolean;
}

/**
 * How large a share of the items passes each test. Sums are kept per image, so that a resample costs one addition per
 * image however many items it has.
 */
export function shares<T extends OfImage>(
  group: string,
  items: readonly T[],
  tests: readonly Test<T>[],
): Family {
  const slots = new Map<number, number>();
  for (const { image } of items) if (!slots.has(image)) slots.set(image, slots.size);
  const images = Int32Array.from(slots.keys());
  const of = new Float64Array(images.length);
  const parts = tests.map(() => new Float64Array(images.length));
  for (const item of items) {
    const slot = slots.get(item.image)!;
    of[slot]! += 1;
    for (const [i, { test }] of tests.entries()) if (test(item)) parts[i]![slot]! += 1;
  }
  return {
    subjects: tests.map(({ metric, better }, i) => ({
      metric,
      group,
      unit: 'share',
      better,
      count: { part: parts[i]!.reduce((a, b) => a + b, 0), of: items.length },
    })),
    statistic(weights) {
      let total = 0;
      const sums = parts.map(() => 0);
      for (let slot = 0; slot < images.length; slot++) {
        const weight = weights[images[slot]!]!;
        if (weight === 0) continue;
        total += weight * of[slot]!;
        for (let i = 0; i < sums.length; i++) sums[i]! += weight * parts[i]![slot]!;
      }
      return sums.map((sum) => sum / total);
    },
  };
}
