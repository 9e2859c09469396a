import type { Figure } from '../../../../src/evaluate/metrics/metrics.ts';

/** A share of the group's, with an interval of .1 to both sides, unless said otherwise. */
export const figure = (
  metric: string,
  group: string,
  part: number,
  of: number,
  more: Partial<Figure> = {},
): Figure => ({
  metric,
  group,
  unit: 'share',
  better: 'higher',
  count: { part, of },
  value: of > 0 ? part / of : null,
  interval: of > 0 ? [part / of - 0.1, part / of + 0.1] : null,
  ...more,
});
