import { WRITTEN_ITSELF, words } from './lexicon/words.ts';
import { type Constraint, type NounPhrase, nounPhrases, type Query } from './query.ts';

/** Boards and the like, which are hardly larger than their writing, and are known by it. */
export const BOARDS = words(
  'sign signs signpost plate plates label labels billboard sticker stickers banner logo logos',
);

/** Whether writing has to be read to answer: it is asked for, or the thing is known by its writing. */
export const asksForWriting = (query: Query): boolean =>
  query.question?.kind === 'reads' ||
  isWritingMeant(query.target) ||
  nounPhrases(query).some((phrase) => phrase.constraints.some(isReading)) ||
  namesSomething(query.target);

const isReading = ({ kind }: Constraint): boolean => kind === 'reading';

/** "the word EXIT", "number 7", "STOP": the writing itself is looked for. */
export const isWritingMeant = ({ nouns, constraints }: NounPhrase): boolean =>
  WRITTEN_ITSELF.has(nouns.at(-1) ?? '') || (nouns[0] === 'thing' && constraints.some(isReading));

/** "the exit sign", "the Coca-Cola bottle": what stands before the noun may be written on it. */
const namesSomething = ({ nouns }: NounPhrase): boolean =>
  nouns.length > 1 && (BOARDS.has(nouns.at(-1)!) || /\p{Lu}|-/u.test(nouns[0]!));
