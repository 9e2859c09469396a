import { readColour } from './attributes.ts';
import { type Context, type Core, garmentAhead, isStranded, startsPhrase } from './boundary.ts';
import { COLOURS, PARTS, PATTERNS, WORN, WORN_THINGS } from './lexicon/colours.ts';
import { VERBS, WITHOUT } from './lexicon/relations.ts';
import { ANYTHING } from './lexicon/things.ts';
import { AUXILIARIES, DETERMINERS, RELATIVES } from './lexicon/words.ts';
import { readCore } from './noun.ts';
import type { ColourConstraint, Constraint, NounPhrase, Part, Relation } from './query.ts';
import type { Cursor } from './tokens.ts';

const PUTS_ON: ReadonlyMap<string, Relation> = new Map([
  ['in', 'wearing'],
  ['with', 'with'],
  ['having', 'with'],
  ['has', 'with'],
]);

/**
 * "in a red shirt", "wearing a blue cap and a vest", "with blonde hair", "in red", "guy blue shirt": clothes and
 * hair are judged by the colour of the part of the body where they are; without a colour they stay unresolved.
 * Things worn that are neither ("and a red tie") become relations.
 */
export function readClothing(c: Cursor, context: Context): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    const relation = readPutsOn(c, context);
    if (!relation) return undefined;
    const first = readGarment(c, start, relation === 'wearing') ?? readWornThing(c, context, relation, start);
    if (!first) return undefined;
    const worn = [...first];
    while (['and', ',', '&'].includes(c.peek().lower) || garmentAhead(c) || wornThingAhead(c)) {
      const further = c.attempt(() => {
        if (c.peek().lower === ',') c.next();
        if (['and', '&'].includes(c.peek().lower)) c.next();
        return readGarment(c, c.at, relation === 'wearing') ?? readThing(c, context, relation);
      });
      if (!further) break;
      worn.push(...further);
    }
    // "with the hat on"
    if (c.peek().lower === 'on' && isStranded(c, 1)) c.next();
    return worn;
  });
}

/** How it is said to be worn; undefined when nothing of the kind follows. */
function readPutsOn(c: Cursor, context: Context): Relation | undefined {
  const verb = c.match(VERBS);
  if (verb?.meaning === 'wearing') return context.actor ? c.takePhrase(VERBS) : undefined;
  if (c.takePhrase(WITHOUT)) return 'with';
  const relation = PUTS_ON.get(c.peek().lower);
  if (relation === 'wearing' && !context.actor) return undefined;
  if (relation) c.next();
  return relation ?? (context.actor && garmentAhead(c) ? 'wearing' : undefined);
}

/** "in a red tie": worn, and a thing that a detector sees. */
function readWornThing(
  c: Cursor,
  context: Context,
  relation: Relation,
  from: number,
): Constraint[] | undefined {
  const thing = c.attempt(() => {
    const to = context.readSubject(c);
    return to?.nouns.some((noun) => WORN_THINGS.has(noun)) ? to : undefined;
  });
  return thing && [related(relation, thing, c.said(from))];
}

/** "white shirt black tie" */
const wornThingAhead = (c: Cursor): boolean =>
  COLOURS.has(c.peek().lower) && WORN_THINGS.has(c.peek(1).lemma);

/** "… and a red tie" */
function readThing(c: Cursor, context: Context, relation: Relation): Constraint[] | undefined {
  const from = c.at;
  const plain = startsPhrase(c, 0) && (DETERMINERS.has(c.peek().lower) || COLOURS.has(c.peek().lower));
  const tie = WORN_THINGS.has(c.peek().lemma);
  const to = plain || tie ? context.readSubject(c) : undefined;
  return to && [related(relation, to, c.said(from))];
}

const related = (relation: Relation, to: NounPhrase, words: string): Constraint => ({
  kind: 'relation',
  relation,
  to: [to],
  words,
});

/**
 * One piece of clothing, or hair.
 * @param from where its words began
 * @param on whether a colour alone stands for clothes ("in red", but not "with red")
 */
function readGarment(c: Cursor, from: number, on: boolean): Constraint[] | undefined {
  return c.attempt(() => {
    const core = readCore(c);
    if (!core) return undefined;
    const bare = ANYTHING.has(core.nouns[0]!);
    const part = bare ? 'torso' : partOf(core);
    if (!part) return undefined;
    const own = core.constraints.filter((k): k is ColourConstraint => k.kind === 'colour');
    const colours = own.length > 0 || bare ? own : readColouredLater(c);
    if (bare && (colours.length === 0 || !on)) return undefined;
    if (part === 'unseen' || colours.length === 0) return [{ kind: 'unresolved', words: c.said(from) }];
    const words = c.said(from);
    return [
      ...colours.map((k): Constraint => ({ ...k, part: k.part === 'hair' ? k.part : part, words })),
      ...unseen(core),
    ];
  });
}

/** "a dress that is yellow" */
function readColouredLater(c: Cursor): ColourConstraint[] {
  const colour = c.attempt(() => {
    const linked = c.take(RELATIVES) && c.take(AUXILIARIES);
    return linked && readColour(c);
  });
  return colour ? [colour] : [];
}

/** What is said of a garment besides its colour ("long", "striped"). */
const unseen = (core: Core): Constraint[] => [
  ...core.constraints
    .filter((k) => k.kind === 'unresolved' || k.kind === 'size')
    .map((k): Constraint => ({ kind: 'unresolved', words: k.words })),
  ...patternOf(core).map((words): Constraint => ({ kind: 'unresolved', words })),
];

const patternOf = (core: Core): string[] =>
  core.nouns[0]!.split(' ')
    .slice(0, -1)
    .filter((word) => PATTERNS.has(word));

function partOf(core: Core): Part | 'unseen' | undefined {
  for (const noun of core.nouns) {
    const part = PARTS.get(noun);
    if (part) return part;
    if (WORN.has(noun) || PATTERNS.has(noun)) return 'unseen';
  }
  return core.nouns.some((noun) => WORN.has(`${noun}es`)) ? 'unseen' : undefined;
}
