import { cardinal, ordinal } from '../lexicon/numbers.ts';

const NUMBER =
  /^(?:(?:i think|i guess|i (?:choose|pick|take)|choose|pick|take|it's|its|it is|the|candidate|option|answer|picture|image|photo|number|no\.?|nr\.?|#|\() ?)*(\w+)(?:\.|\))?(?: ones?| candidate| option| picture| image| photo)?$/i;

/**
 * The number of a candidate that is picked, and nothing else said: "2", "#2", "number 3", "the second one", "the last".
 * @param shown how many candidates were shown; a number beyond them is still a pick, and refused as such
 */
export function pickedBy(text: string, shown: number): number | undefined {
  const word = NUMBER.exec(text)?.[1]?.toLowerCase();
  if (word === undefined || shown < 1 || /\bthe one$/i.test(text)) return undefined;
  if (word === 'last') return shown;
  const number = cardinal(word) ?? ordinal(word);
  return number !== undefined && number > 0 ? number : undefined;
}
