import type { Forecast } from '../metrics/calibration-curve.ts';
import { type Item, type Items, isHit } from './items.ts';

/** What a system says of itself as a probability, and what came of it. */
export interface Forecasts {
  readonly name: string;
  readonly forecasts: readonly Forecast[];
  /** How many questions could have had one. */
  readonly of: number;
}

/**
 * Presence, that what was asked for is there; and the score of the first box, that it is right. Scores beyond 0..1 are
 * no probabilities: of a system that has some, nothing is told of the second.
 */
export function forecastsOf({ all }: Items): Forecasts[] {
  const presence = forecasts(
    all,
    ({ answer }) => answer?.presence,
    ({ row }) => !row.negative,
  );
  const right = forecasts(all, ({ answer }) => answer?.first, isHit);
  const areShares = right.every(({ said }) => said >= 0 && said <= 1);
  return [
    { name: 'presence', forecasts: presence, of: all.length },
    ...(areShares ? [{ name: 'the first box is right', forecasts: right, of: all.length }] : []),
  ].filter(({ forecasts }) => forecasts.length > 0);
}

const forecasts = (
  items: readonly Item[],
  saidOf: (item: Item) => number | undefined,
  was: (item: Item) => boolean,
): Forecast[] =>
  items.flatMap((item) => {
    const said = saidOf(item);
    return said === undefined ? [] : [{ image: item.image, said, was: was(item) }];
  });
