import { garmentAhead, isActor } from './boundary.ts';
import type { Draft } from './core.ts';
import type { Cursor } from './cursor.ts';
import { PARTS } from './lexicon/colours.ts';
import { ANYTHING, MEN_AND_WOMEN, WHOLE_NAMES } from './lexicon/things.ts';
import { EVERYBODY, SOMEBODY, WRITING } from './lexicon/words.ts';
import type { Token } from './tokens.ts';

/** The nouns of the names; what the names say beyond that goes to the constraints. */
export function readHead(c: Cursor, draft: Draft): readonly string[] {
  dropNumber(c, draft);
  dropGarment(c, draft);
  const { names, constraints } = draft;
  const head = names.at(-1);
  if (!head) {
    const haired = constraints.some((k) => k.kind === 'colour' && k.part === 'hair');
    return [haired || draft.somebody ? 'person' : 'thing'];
  }
  draft.plural ||= isPlural(head);
  if (ANYTHING.has(head.lemma) && names.length > 1) {
    constraints.push({ kind: 'unresolved', words: c.said(draft.namedAt, c.at - 1) });
    return [head.lemma];
  }
  if (SOMEBODY.has(head.lower) || EVERYBODY.has(head.lower)) return ['person'];
  return readings(names);
}

/** "player number 12", "bus 22": the number is written on it. */
function dropNumber(c: Cursor, draft: Draft): void {
  const { names, constraints } = draft;
  const head = names.at(-1);
  if (!head || !/\p{N}/u.test(head.text)) return;
  const labelled = names.length > 1 && WRITING.has(names.at(-2)!.lower);
  const dropped = labelled ? 2 : 1;
  constraints.push({ kind: 'unresolved', words: c.said(c.at - dropped, c.at) });
  names.length -= dropped;
}

/** "red shirt guy": the colour is the shirt's. */
function dropGarment(c: Cursor, draft: Draft): void {
  const { names, constraints } = draft;
  const worn = isActor(names.at(-1)) ? names.at(-2) : names.at(-1);
  const part = worn && PARTS.get(worn.lemma);
  // "red shirt black pants": somebody who wears both.
  const last = constraints.at(-1);
  const alone = worn === names.at(-1);
  if (!part || (alone && !(garmentAhead(c) && last?.kind === 'colour'))) return;
  if (last?.kind === 'colour') constraints[constraints.length - 1] = { ...last, part };
  else constraints.push({ kind: 'unresolved', words: c.said(draft.namedAt, c.at - 1) });
  names.splice(0, alone ? names.length : names.length - 1);
  draft.somebody = alone;
}

const isPlural = (t: Token): boolean =>
  MEN_AND_WOMEN.has(t.lower) || (t.lemma !== t.lower && t.lower.endsWith('s'));

/** No name has more words. */
const MAX_NAME_WORDS = 8;

/** All names by which the words can be understood, most specific first: "red wine glass" -> wine glass, glass. */
function readings(names: readonly Token[]): string[] {
  const head = names.at(-1)!;
  const before = names.slice(-MAX_NAME_WORDS, -1).map((t) => t.lower);
  const all = [...before.map((_, i) => [...before.slice(i), head.lemma].join(' ')), head.lemma];
  const whole = all.findIndex((name) => WHOLE_NAMES.has(name));
  return whole < 0 ? all : all.slice(0, whole + 1);
}
