import type { Cursor } from './cursor.ts';
import { COLOURS, PARTS, WORN } from './lexicon/colours.ts';
import { DETERMINERS, VERBS } from './lexicon/relations.ts';
import { type Core, readCore } from './noun-phrase.ts';
import type { ColourConstraint, Constraint, NounPhrase, Part } from './query.ts';

/** Who wears it: whether it can, and how to read what it wears. */
export interface Wearer {
  readonly actor: boolean;
  readSubject(c: Cursor): NounPhrase | undefined;
}

const PUTS_ON = new Set(['in', 'with', 'having', 'has']);

/**
 * "in a red shirt", "wearing a blue cap and a vest", "with blonde hair", "in red": clothes and hair are judged
 * by the colour of the part of the body where they are; without a colour they stay unresolved.
 */
export function readWorn(c: Cursor, context: Wearer): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    const wearing = c.match(VERBS)?.meaning === 'wearing';
    if (wearing && !context.actor) return undefined;
    if (wearing) c.takePhrase(VERBS);
    else if (PUTS_ON.has(c.peek().lower)) c.next();
    else return undefined;
    const worn: Constraint[] = [];
    do {
      const garment = readGarment(c, worn.length === 0 ? start : c.at);
      if (!garment) break;
      worn.push(...garment);
    } while (['and', ','].includes(c.peek().lower) && garmentAhead(c) && c.next());
    return worn.length > 0 ? [...worn, ...readWornThing(c, context)] : undefined;
  });
}

/** "… and a red tie": a thing that a detector may see. */
function readWornThing(c: Cursor, context: Wearer): Constraint[] {
  const thing = c.attempt((): Constraint[] | undefined => {
    const start = c.at + 1;
    if (c.next().lower !== 'and') return undefined;
    if (!DETERMINERS.has(c.peek().lower) && !COLOURS.has(c.peek().lower)) return undefined;
    const to = context.readSubject(c);
    return to && [{ kind: 'relation', relation: 'with', to: [to], words: c.said(start) }];
  });
  return thing ?? [];
}

function garmentAhead(c: Cursor): boolean {
  const here = c.at;
  c.next();
  const garment = readGarment(c);
  c.at = here;
  return garment !== undefined;
}

function readGarment(c: Cursor, from = c.at): Constraint[] | undefined {
  return c.attempt(() => {
    const core = readCore(c);
    if (!core) return undefined;
    const bare = core.nouns[0] === 'thing';
    const part = bare ? 'torso' : partOf(core);
    if (!part) return undefined;
    const colours = core.constraints.filter((k): k is ColourConstraint => k.kind === 'colour');
    if (bare && colours.length === 0) return undefined;
    if (part === 'unseen' || colours.length === 0) return [{ kind: 'unresolved', words: c.said(from) }];
    return [
      ...colours.map(
        (k): Constraint => ({ ...k, part: k.part === 'hair' ? k.part : part, words: c.said(from) }),
      ),
      ...core.constraints.filter((k) => k.kind === 'unresolved'),
    ];
  });
}

function partOf(core: Core): Part | 'unseen' | undefined {
  for (const noun of core.nouns) {
    const part = PARTS.get(noun);
    if (part) return part;
    if (WORN.has(noun)) return 'unseen';
  }
  return core.nouns.some((noun) => WORN.has(`${noun}es`)) ? 'unseen' : undefined;
}
