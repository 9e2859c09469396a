import { ANCHORS } from './anchors.ts';
import { broaderThan } from './broader.ts';
import { readGroups } from './by-hand.ts';
import type { Group, Recipe } from './derive.ts';
import { PERSONS, PERSONS_FIRST } from './persons.ts';
import { UNKNOWN } from './unknown.ts';

export interface HandWritten {
  readonly labels: readonly string[];
  /** Texts of same.txt and narrower.txt. */
  readonly same: string;
  readonly narrower: string;
}

/** Everything about the vocabulary that a person decided. */
export function recipeFor({ labels, same, narrower }: HandWritten): Recipe {
  const itself = labels.map((label): Group => ({ match: 'same', labels: [label], nouns: [label] }));
  const kinds = readGroups('narrower', narrower);
  return {
    anchors: ANCHORS,
    byHand: [...itself, ...readGroups('same', same), ...kinds, PERSONS, ...broaderThan(labels)],
    persons: PERSONS_FIRST,
    unknown: UNKNOWN,
  };
}
