import { randomFrom } from '../../strategy/shuffle.ts';
import type { Annotation } from '../annotations.ts';
import type { Proposals } from './candidates.ts';
import { categoryOf, isVague, type Knows, kindsOf, spokenOf, targetOf } from './things.ts';

export interface ForeignOptions {
  readonly annotations: readonly Annotation[];
  readonly positives: readonly Annotation[];
  readonly proposals: Proposals;
  readonly knows: Knows;
}

/** Picks an expression that nothing in a picture can be meant by, as far as the annotations tell. */
export type PickForeign = (picture: Annotation, seed: number) => Annotation | undefined;

/** In a set about one kind of thing there is none; looking at all of 100,000 would take hours to find that out. */
const MOST_TRIES = 60;

/**
 * Expressions of other pictures. One is taken only if none of the kinds of things that it may be about is among those
 * that any expression about the picture speaks of (negatives included), that are annotated there, or that a candidate is
 * labelled with; and, where the candidates have labels, only if its own category is one of these, since the absence of
 * a label says nothing about what is never labelled. Annotations are not exhaustive: what nobody mentions may be there.
 */
export function createPickForeign({ annotations, positives, proposals, knows }: ForeignOptions): PickForeign {
  const byFile = grouped(annotations, ({ file_name }) => file_name);
  const inPicture = remembered((file: string) => {
    const there = byFile.get(file) ?? [];
    const labels = there.flatMap((a) => proposals.of(a) ?? []).flatMap(({ label }) => label ?? []);
    return kindsOf([...there.flatMap(spokenOf), ...labels], knows);
  });
  const about = remembered((annotation: Annotation) => {
    const nouns = targetOf(annotation);
    const [category = nouns[0]!] = categoryOf(annotation);
    const told = proposals.labels.size === 0 || proposals.labels.has(category);
    return told && !isVague(nouns) ? kindsOf(nouns, knows) : undefined;
  });
  return (picture, seed) => {
    const there = inPicture(picture.file_name);
    const random = randomFrom(seed);
    for (let i = 0; i < MOST_TRIES; i++) {
      const other = positives[Math.floor(random() * positives.length)]!;
      const kinds = other.file_name === picture.file_name ? undefined : about(other);
      if (kinds && [...kinds].every((kind) => !there.has(kind))) return other;
    }
    return undefined;
  };
}

/** As Map.groupBy, which Node 20 lacks. */
export function grouped<K, V>(items: Iterable<V>, keyOf: (item: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function remembered<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    if (!known.has(key)) known.set(key, make(key));
    return known.get(key)!;
  };
}
