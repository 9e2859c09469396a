import type { Core } from './core.ts';
import type { Cursor } from './cursor.ts';
import { RELATIONS } from './lexicon/relations.ts';
import { AUXILIARIES, CONJUNCTIONS, RELATIVES } from './lexicon/words.ts';
import type { NounPhrase } from './query.ts';

/** What a noun phrase may have behind it depends on where it stands. */
export interface Context {
  /** The head can act: "the man … holding", but not "the window … holding". */
  readonly actor: boolean;
  /** What the noun phrase has before its noun may be completed behind it ("second … from the left"). */
  readonly core: Core;
  /** @param kind what "one" and "the other" stand for */
  readPhrase(c: Cursor, kind?: readonly string[]): NounPhrase | undefined;
  /** Like readPhrase, without anything said behind the noun. */
  readSubject(c: Cursor): NounPhrase | undefined;
}

/** Whether what was being said ends here, and nothing follows that it could take as its object. */
export function isStranded(c: Cursor, ahead = 0): boolean {
  const { pos, lower } = c.peek(ahead);
  if (pos === 'END' || pos === 'PUNCT' || c.match(RELATIONS, ahead)) return true;
  return [CONJUNCTIONS, RELATIVES, AUXILIARIES].some((set) => set.has(lower));
}
