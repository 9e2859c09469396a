import type { Cursor } from './cursor.ts';
import { RELATIONS } from './lexicon/relations.ts';
import { AUXILIARIES, CONJUNCTIONS, RELATIVES } from './lexicon/words.ts';
import type { Nth } from './noun-phrase.ts';
import type { NounPhrase } from './query.ts';

/** What a noun phrase may have behind it depends on where it stands. */
export interface Context {
  /** The head can act: "the man … holding", but not "the window … holding". */
  readonly actor: boolean;
  readonly nth?: Nth;
  readPhrase(c: Cursor): NounPhrase | undefined;
  /** Like readPhrase, without anything said behind the noun. */
  readSubject(c: Cursor): NounPhrase | undefined;
}

/** Whether what was being said ends here, and nothing follows that it could take as its object. */
export const isStranded = (c: Cursor): boolean =>
  c.done ||
  c.peek().pos === 'PUNCT' ||
  CONJUNCTIONS.has(c.peek().lower) ||
  RELATIVES.has(c.peek().lower) ||
  AUXILIARIES.has(c.peek().lower) ||
  c.match(RELATIONS) !== undefined;
