import type { Place, Pose, Relation } from '../query.ts';
import { phrases, words } from './words.ts';

/** Words that put one thing in relation to another, up to the other's noun phrase. */
export const RELATIONS = phrases<Relation>([
  ['to the left of | on the left of | left of | at the left of | to the left side of', 'left-of'],
  [
    'left from | left to | to left of | on left of | to the immediate left of | to the far left of',
    'left-of',
  ],
  ['to the right of | on the right of | right of | at the right of | to the right side of', 'right-of'],
  [
    'right from | right to | to right of | on right of | to the immediate right of | to the far right of',
    'right-of',
  ],
  ['above | over | higher than', 'above'],
  ['below | beneath | lower than', 'below'],
  ['on | on top of | atop | upon | onto | on the top of | aboard | hanging on | hanging from', 'on'],
  ['on the back of | on back of', 'on'],
  ['under | underneath', 'under'],
  ['in | inside | inside of | within | into', 'in'],
  [
    'next to | beside | alongside | adjacent to | by | at the side of | touching | against | on the side of',
    'next-to',
  ],
  [
    'near | close to | nearby | around | at | by the side of | at the end of | at the edge of | near to',
    'near',
  ],
  ['far from | away from | far away from', 'far-from'],
  ['between | in between | in the middle of | amid | among', 'between'],
  ['behind | in back of | at the back of | in the back of', 'behind'],
  ['in front of | before | infront of | at the front of | in the front of', 'in-front-of'],
  ['with | having | has | have | containing | of', 'with'],
  ['closest to | nearest to | nearest | closest', 'nearest-to'],
  ['farthest from | furthest from | farthest away from | furthest away from', 'farthest-from'],
  ['larger than | bigger than', 'larger-than'],
  ['smaller than', 'smaller-than'],
  ['taller than', 'taller-than'],
  ['shorter than', 'shorter-than'],
]);

/** Relations that "right" makes strict ("right behind") instead of being a place of its own. */
export const CLOSE_BY = words('left-of right-of above below under next-to near between behind in-front-of');

/** Where something is when the other thing goes without saying ("the man behind"). */
export const ALONE = phrases<Place>([
  ['behind', 'back'],
  ['above | overhead', 'top'],
  ['below | underneath | beneath', 'bottom'],
]);

/** Verbs that are a relation by themselves; the others are kept as unresolved actions. */
export const VERBS = phrases<Relation>([
  ['holding | carrying | gripping | hold | holds | carries', 'holding'],
  ['riding | rides | ride', 'riding'],
  ['wearing | wears | dressed in | wear | clothed in', 'wearing'],
  ['touching | hugging', 'next-to'],
  ['driving | drives', 'driving'],
]);
/** Forms of these verbs that begin an expression only as nouns ("the ride"). */
export const BASE_FORMS = words('hold ride wear');

/** Said of how something is, not of where. */
export const STATES_OF = phrases<true>([
  [
    'in half | in two | in pieces | in flight | in motion | in use | in focus | out of focus | in line | in order',
    true,
  ],
  ['upside down | in a row | in a line | at the end | on the end | in action | on fire | at rest', true],
]);

/** What people are "on" when they hold it ("on the phone"). */
export const HELD_WHEN_ON = words('phone telephone cellphone cell');

/** Passive forms: "held by", "ridden by"; the relation runs the other way. */
export const PASSIVES = phrases<Relation>([
  ['held by | carried by', 'holding'],
  ['ridden by', 'riding'],
  ['worn by', 'wearing'],
  ['driven by', 'driving'],
]);

/** Something is said not to be there. */
export const WITHOUT = phrases<true>([
  ['without | with no | without any | with out | has no | have no | having no | lacking', true],
  [
    "doesn't have | does not have | doesn't have any | does not have any | don't have | do not have | not having",
    true,
  ],
]);

/** As an object: that nothing is there. */
export const NOTHING = phrases<true>([['nothing | nobody | no one | noone | none', true]]);

/** What follows is left out of what is meant, or only likened to it; kept as unresolved. */
export const EXCLUSIONS = phrases<true>([
  ['other than | except | except for | apart from | besides | excluding | rather than | instead of', true],
  ['out of | none of | shaped like | looks like | look like | looking like | like', true],
  ['but the | but a | but not the | unlike | and not the | not the | not a', true],
]);

/** After an action they only say what it is done to ("drinking from the bottle"). */
export const LOOSELY = words(
  'from into at over through to toward towards out off across around with for after along up down past about',
);
/** They finish a verb ("lying down", "taking off"). */
export const PARTICLES = words(
  'up down out off away over back around still together apart open closed ahead forward',
);
/** Actions that go somewhere or look somewhere: a side after them is not a place ("facing left"). */
export const DIRECTED = words(
  `facing faces looking looks pointing points going goes heading walking turned turning leaning moving running flying
   staring gazing glancing headed pointed faced aimed aiming coming driving traveling travelling tilted bending`,
);
export const DIRECTIONS = words(
  'left right up down back backward backwards forward forwards away sideways straight ahead front leftward rightward direction way',
);
/** "facing the other direction" */
export const WHICH_WAY = words('other opposite same wrong');
/** Actions that do not need to touch what they are about. */
export const AT_A_DISTANCE = words('facing looking watching staring pointing gazing following chasing');

/** What is played is an instrument, whatever else is called so. */
export const INSTRUMENTS: ReadonlyMap<string, string> = new Map([['keyboard', 'musical keyboard']]);

/** Postures say little that a box could contradict when a place or relation follows ("sitting on"). */
export const POSTURES = words(
  'sitting standing sat seated lies hangs parked located placed positioned hanging resting laying lying shown seen visible stood sits stands being',
);

/** Postures that the joints of a person can show. */
export const POSES = phrases<Pose>([
  ['sitting | seated | sat | sits', 'sitting'],
  ['standing | stood | stands', 'standing'],
  ['lying | laying | lies', 'lying'],
]);

/** How arms are held that the joints of a person can show ("with his arms up", "with both hands raised"). */
export const ARMS_UP = /\b(?:arms|arm|hands|hand) (?:up|raised|above (?:his|her|their|its|the) heads?)\b/i;

/** Makes a relation strict: the very next one. */
export const CLOSELY = words('just directly immediately right');
/** Adds nothing that could be judged. */
export const HEDGES = words(
  'all slightly very really quite almost partially partly somewhat kind sort also still only closely currently',
);
