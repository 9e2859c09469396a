import { ANYTHING } from '../../language/lexicon/things.ts';
import type { NounPhrase } from '../../language/query.ts';
import { readExpression } from '../../language/read.ts';
import type { Knowledge } from '../../specialist/specialist.ts';
import type { Annotation } from '../annotations.ts';

/** What a noun is to a vocabulary of kinds of things: so that "the guy" is known to be a person. */
export type Knows = (noun: string) => Knowledge;

/** The kinds of things that words stand for: the words themselves, and what the vocabulary makes of them. */
export const kindsOf = (words: Iterable<string>, knows: Knows): Set<string> => {
  const all = [...words].map((word) => word.toLowerCase());
  return new Set(all.flatMap((word) => [word, ...knows(word).labels]));
};

/** What one expression is about: its head noun's readings, and the category where the set names one. */
export function targetOf(annotation: Annotation): readonly string[] {
  return [...readExpression(annotation.expression).target.nouns, ...categoryOf(annotation)];
}

/** Everything that an expression speaks of, what it relates its target to included ("left of the red bus"). */
export function spokenOf(annotation: Annotation): readonly string[] {
  const category = categoryOf(annotation);
  const nouns = nounsIn(readExpression(annotation.expression).target);
  // "the yellow one" may be anything, unless the set says what it is.
  return category.length > 0 ? [...category, ...nouns.filter((noun) => !ANYTHING.has(noun))] : nouns;
}

/** Whether words name anything at all: "the one on the left" could be whatever is there. */
export const isVague = (nouns: readonly string[]): boolean => nouns.some((noun) => ANYTHING.has(noun));

export const categoryOf = ({ category }: Annotation): readonly string[] =>
  typeof category === 'string' ? [category] : [];

const nounsIn = ({ nouns, constraints }: NounPhrase): readonly string[] => [
  ...nouns,
  ...constraints.flatMap((k) => (k.kind === 'relation' ? k.to.flatMap(nounsIn) : [])),
];
