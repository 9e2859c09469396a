import { looksOf } from '../../expression/lexicon/things.ts';
import { type Constraint, nounPhrases, type Query } from '../../expression/query.ts';

/** What an expression asks of people that has to be looked at. */
export interface AskedOfPeople {
  /** An apparent man or woman: "the woman", "left of the boy". */
  readonly faces: boolean;
  /** A pose, or the colour of what is worn or grown somewhere on a body ("in a red shirt", "what colour is his shirt?"). */
  readonly bodies: boolean;
}

/** Nothing where an expression says neither; "person", "guy" and "player" never ask for a face. */
export function askedOfPeople(query: Query): AskedOfPeople {
  const phrases = nounPhrases(query);
  return {
    faces: phrases.some(({ nouns }) => nouns.some((noun) => looksOf(noun) !== undefined)),
    bodies:
      query.question?.garment !== undefined || phrases.some(({ constraints }) => constraints.some(needsBody)),
  };
}

const needsBody = (constraint: Constraint): boolean =>
  constraint.kind === 'pose' || (constraint.kind === 'colour' && constraint.part !== 'whole');
