import { COLOURS } from './lexicon/colours.ts';
import { PLACES, SIZES } from './lexicon/places.ts';
import { RELATIONS } from './lexicon/relations.ts';
import { words } from './lexicon/table.ts';
import { AUXILIARIES, DETERMINERS, NEGATIONS, PRONOUNS, RELATIVES } from './lexicon/words.ts';
import type { Token } from './tokens.ts';

/** Little words of other languages that people write to a bot in. */
const FOREIGN = words(
  `le la les un une des du au aux sur gauche droite der die das ein eine einen dem den links rechts auf neben
   el los las una unos del izquierda derecha il lo gli della sinistra destra het een op naast om och en på`,
);
const OTHER_SCRIPT = /[^\p{Script=Latin}\p{N}\p{P}\p{S}\s]/u;

/** Whether the words look like English; a lone noun does, since there is nothing against it. */
export function looksEnglish(tokens: readonly Token[]): boolean {
  if (tokens.some((t) => OTHER_SCRIPT.test(t.text))) return false;
  if (!tokens.some((t) => /\p{L}/u.test(t.text))) return false;
  const known = tokens.filter((t) => ours(t.lower)).length;
  const foreign = tokens.filter((t) => FOREIGN.has(t.lower) && !ours(t.lower)).length;
  return foreign === 0 || known > foreign;
}

const ours = (word: string): boolean =>
  [DETERMINERS, AUXILIARIES, PRONOUNS, RELATIVES, NEGATIONS].some((set) => set.has(word)) ||
  [RELATIONS, PLACES, COLOURS, SIZES].some((table) => (table as ReadonlyMap<string, unknown>).has(word));
