import { type Context, isStranded, startsPhrase } from './boundary.ts';
import { readClothing } from './clothing.ts';
import { PLACES, VIEWERS } from './lexicon/places.ts';
import * as lexicon from './lexicon/relations.ts';
import { isPerson } from './lexicon/things.ts';
import { CONJUNCTIONS, DETERMINERS, FRAME_PREPOSITIONS, ordinal, PRONOUNS } from './lexicon/words.ts';
import type { Constraint, Relation } from './query.ts';
import { readObjects } from './relations.ts';
import type { Cursor } from './tokens.ts';

/**
 * A verb with what it acts on. Verbs that a box can show become relations; any other verb is kept as
 * unresolved, and its object as something that must at least be there.
 */
export const readAction = (c: Cursor, context: Context): Constraint[] | undefined =>
  isInverted(c) ? undefined : (readVerb(c, context) ?? readPosture(c, context) ?? readDeed(c, context));

const unresolved = (c: Cursor, from: number): Constraint => ({ kind: 'unresolved', words: c.said(from) });

/** "holding a cup", "riding", "wearing a hat" */
function readVerb(c: Cursor, context: Context): Constraint[] | undefined {
  const start = c.at;
  const verb = c.match(lexicon.VERBS);
  if (!verb || !context.actor) return undefined;
  const worn = readClothing(c, context);
  if (worn) return worn;
  c.at += verb.length;
  const object = c.attempt(() => {
    c.takeAll(FRAME_PREPOSITIONS);
    return startsObject(c) || c.peek().lower === 'no'
      ? readObjects(c, context, { relation: verb.meaning, from: start })
      : undefined;
  });
  if (object) return object;
  c.take(lexicon.PARTICLES);
  return [unresolved(c, start)];
}

/** "stands the sign": the verb of an inverted sentence. */
const isInverted = (c: Cursor): boolean =>
  /^(stands|sits|stood|sat|lies|hangs)$/.test(c.peek().lower) && DETERMINERS.has(c.peek(1).lower);

/**
 * A posture goes without saying when its place is said ("sitting on"), of people as long as their joints say nothing else; lying is
 * seldom meant loosely.
 */
function readPosture(c: Cursor, { core }: Context): Constraint[] | undefined {
  const start = c.at;
  const { lower } = c.peek();
  if (!lexicon.POSTURES.has(lower)) return undefined;
  c.next();
  if (['up', 'down', 'still'].includes(c.peek().lower)) c.next();
  const telling = /^l[ay]+ing$/.test(lower) || !placeFollows(c);
  const pose = lexicon.POSES.get(lower);
  if (telling) return pose ? [{ kind: 'pose', pose, words: c.said(start) }] : [unresolved(c, start)];
  return pose && core.nouns.some(isPerson)
    ? [{ kind: 'pose', pose, words: c.said(start), placed: true }]
    : [];
}

const placeFollows = (c: Cursor): boolean =>
  c.match(lexicon.RELATIONS) !== undefined ||
  c.match(PLACES) !== undefined ||
  c.peek().pos === 'ADP' ||
  FRAME_PREPOSITIONS.has(c.peek().lower) ||
  lexicon.CLOSELY.has(c.peek().lower);

/** Any other verb: "eating grass", "facing left", "walking away from the camera", "to catch a ball" */
function readDeed(c: Cursor, context: Context): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    const infinitive = c.peek().lower === 'to' && c.peek(1).pos === 'VERB' && !PLACES.has(c.peek(1).lower);
    if (infinitive) c.next();
    const verb = c.next();
    if (verb.pos !== 'VERB' && !/(ing|ed)$/.test(verb.lower)) return undefined;
    if (!context.actor && /ing$/.test(verb.lower)) return undefined;
    takeManner(c);
    if (lexicon.DIRECTED.has(verb.lower)) takeDirection(c);
    const action = unresolved(c, start);
    const relation = lexicon.AT_A_DISTANCE.has(verb.lower) ? 'near' : 'with';
    if (takeTail(c)) return [unresolved(c, start)];
    const target = readTarget(c, context, relation, start);
    return [action, ...(/^play/.test(verb.lower) ? target.map(asPlayed) : target)];
  });
}

/** "playing the keyboard" is about no computer's. */
const asPlayed = (constraint: Constraint): Constraint =>
  constraint.kind !== 'relation'
    ? constraint
    : {
        ...constraint,
        to: constraint.to.map((to) => ({
          ...to,
          nouns: to.nouns.map((noun) => lexicon.INSTRUMENTS.get(noun) ?? noun),
        })),
      };

/** "slowly", "down", "ready" */
function takeManner(c: Cursor): void {
  for (;;) {
    const { lower, pos } = c.peek();
    const last = c.peek(1).pos === 'END' && (pos === 'ADP' || c.match(lexicon.RELATIONS) !== undefined);
    if (last) c.next();
    if (PLACES.has(lower) || c.match(lexicon.RELATIONS)) return;
    const adjective = pos === 'ADJ' && !startsPhrase(c, 1);
    if (pos !== 'ADV' && !adjective && !lexicon.HEDGES.has(lower) && !takesParticle(c)) return;
    c.next();
  }
}

const takesParticle = (c: Cursor): boolean =>
  lexicon.PARTICLES.has(c.peek().lower) && !(c.peek().pos === 'ADP' && startsPhrase(c, 1));

/** "left", "to the right", "towards the left", "back" */
function takeDirection(c: Cursor): void {
  c.attempt(() => {
    if (['to', 'toward', 'towards'].includes(c.peek().lower)) c.next();
    c.take(DETERMINERS);
    c.take(lexicon.WHICH_WAY);
    const direction = c.take(lexicon.DIRECTIONS);
    return direction &&
      (isStranded(c) || ordinal(c.peek().lower) || !startsPhrase(c, 0)) &&
      c.peek().lower !== 'of'
      ? true
      : undefined;
  });
}

/** What completes the verb without being a thing in the picture: a quotation, "at us", "from the camera", "of it". */
function takeTail(c: Cursor): boolean {
  const found = c.attempt(() => {
    if (c.peek().pos === 'QUOTE') return c.next();
    if (c.peek().pos === 'ADP' || lexicon.LOOSELY.has(c.peek().lower)) {
      c.next();
      if (c.take(PRONOUNS)) return true;
    }
    c.take(DETERMINERS);
    return isViewer(c) ? c.next() : undefined;
  });
  return found !== undefined;
}

const isViewer = (c: Cursor): boolean =>
  VIEWERS.has(c.peek().lower) && !['front', 'screen'].includes(c.peek().lower);

/** Behind a verb, "leaves" and "logs" are things. */
const startsObject = (c: Cursor): boolean =>
  startsPhrase(c, 0) || (c.peek().pos === 'VERB' && /[^s]s$/.test(c.peek().lower));

/** What is acted on. */
function readTarget(c: Cursor, context: Context, relation: Relation, from: number): Constraint[] {
  if (c.done || CONJUNCTIONS.has(c.peek().lower)) return [];
  const object = c.attempt(() => {
    const loosely = c.take(lexicon.LOOSELY);
    if (!loosely && (c.match(lexicon.RELATIONS) || c.match(PLACES))) return undefined;
    return startsObject(c) ? readObjects(c, context, { relation, from }) : undefined;
  });
  return object ?? [];
}
