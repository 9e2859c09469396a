import { SpotterError } from '../../errors.ts';
import { foldsOf } from './folds.ts';
import type { Trial } from './trial.ts';

/**
 * From 100 of a kind a share is known to within .05 (one standard error at most), and the 6.5 % that may be denied wrongly
 * are more than six questions; from 30 photos each of the ten parts that are held out has three, as questions about one
 * photo go right or wrong together.
 */
export const ENOUGH = { ofKind: 100, photos: 30 } as const;

type Kind = Pick<Trial, 'photo' | 'present'>;

const KINDS = [
  { name: 'positives', isOne: ({ present }: Kind) => present },
  { name: 'negatives', isOne: ({ present }: Kind) => !present },
] as const;

/** What makes the fit a guess, in sentences. */
export function tooFew(all: readonly Kind[]): string[] {
  const photos = foldsOf(all).size;
  const few = KINDS.map(({ name, isOne }) => ({ name, n: all.filter(isOne).length }));
  return [
    ...few
      .filter(({ n }) => n < ENOUGH.ofKind)
      .map(({ name, n }) => `There are only ${n} ${name}; with fewer than ${ENOUGH.ofKind} this is a guess.`),
    ...(photos < ENOUGH.photos
      ? [`There are only ${photos} photos; with fewer than ${ENOUGH.photos} this is a guess.`]
      : []),
  ];
}

/** @throws SpotterError bad-usage: where there is nothing to tell apart, or nothing left of a kind while some is held out */
export function refuseOneSided(all: readonly Kind[]): void {
  const folds = foldsOf(all);
  for (const { name, isOne } of KINDS) {
    const ofKind = all.filter(isOne);
    const parts = new Set(ofKind.map(({ photo }) => folds.get(photo))).size;
    if (parts > 1) continue;
    throw new SpotterError(
      'bad-usage',
      ofKind.length === 0
        ? `There are no ${name} among the ${all.length} questions, so there is nothing to tell apart.`
        : `All ${name} are about too few photos to hold any out.`,
      'Take a set with expressions of what is there and of what is not, on many photos.',
    );
  }
}
