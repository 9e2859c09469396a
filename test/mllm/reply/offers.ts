import type { OfferSize } from '../../../src/config.ts';
import type { MllmReply } from '../../../src/mllm/mllm.ts';
import {
  type MultipleChoice,
  makeMultipleChoice,
  type Offerable,
} from '../../../src/mllm/multiple-choice.ts';
import { readLetter } from '../../../src/mllm/reply/letter.ts';

export const things = (n: number): Offerable[] =>
  Array.from({ length: n }, (_, i) => ({ box: [i, i, i + 9, i + 9] }));
/** An offer of so many regions, and None unless told. */
export const offered = (n: number, none = true, seed = 7) =>
  makeMultipleChoice(things(n), { sha256: '', expression: '' }, { k: 10 as OfferSize, none, seed });

/** A to D, and E for None. */
export const FOUR = offered(4);
/** A to H, and I for None. */
export const EIGHT = offered(8);

/** What a reply is read as: a letter, or the kind of what is none. */
export const said = (
  text: string,
  offer: MultipleChoice<Offerable> = FOUR,
  finish: MllmReply['finish'] = 'stop',
) => {
  const choice = readLetter({ text, finish }, offer);
  return choice.kind === 'option' ? choice.letter : choice.kind;
};
