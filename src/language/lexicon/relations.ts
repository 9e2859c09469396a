import type { Relation } from '../query.ts';
import { phrases, words } from './table.ts';

/** Words that put one thing in relation to another, up to the other's noun phrase. */
export const RELATIONS = phrases<Relation>([
  ['to the left of | on the left of | left of | at the left of | to the left side of | left from', 'left-of'],
  ['to the right of | on the right of | right of | at the right of | to the right side of', 'right-of'],
  ['above | over | higher than', 'above'],
  ['below | beneath | lower than', 'below'],
  ['on | on top of | atop | upon | onto | on the top of | aboard | hanging on | hanging from', 'on'],
  ['under | underneath', 'under'],
  ['in | inside | inside of | within | into', 'in'],
  [
    'next to | beside | alongside | adjacent to | by | at the side of | touching | against | on the side of',
    'next-to',
  ],
  ['near | close to | nearby | around | at | by the side of', 'near'],
  ['far from | away from | far away from', 'far-from'],
  ['between | in between | in the middle of', 'between'],
  ['behind | in back of | at the back of | in the back of', 'behind'],
  ['in front of | before', 'in-front-of'],
  ['with | having | has | have | containing | of', 'with'],
  ['closest to | nearest to | nearest | closest', 'nearest-to'],
  ['farthest from | furthest from | farthest away from | furthest away from', 'farthest-from'],
  ['larger than | bigger than', 'larger-than'],
  ['smaller than', 'smaller-than'],
  ['taller than', 'taller-than'],
  ['shorter than', 'shorter-than'],
]);

/** After an action they only say what it is done to ("drinking from the bottle"). */
export const LOOSELY = words('from into at over through to toward towards out off across around with for');

/** Verbs that are a relation by themselves; the others are kept as unresolved actions. */
export const VERBS = phrases<Relation>([
  ['holding | carrying | gripping | hold | holds | carries', 'holding'],
  ['riding | rides | ride', 'riding'],
  ['wearing | wears | dressed in | wear | clothed in', 'wearing'],
  ['facing | touching | hugging', 'next-to'],
  ['driving | drives', 'in'],
]);

/** Passive forms: "held by", "ridden by"; the relation runs the other way. */
export const PASSIVES = phrases<Relation>([
  ['held by | carried by', 'holding'],
  ['ridden by', 'riding'],
  ['worn by', 'wearing'],
]);

/** Postures say little that a box could contradict when a place or relation follows ("sitting on"). */
export const POSTURES = words(
  'sitting standing sat seated lies hangs parked located placed positioned hanging resting laying lying shown seen visible stood sits stands being',
);

/** Makes a relation strict: the very next one. */
export const CLOSELY = words('just directly immediately right');
/** Adds nothing that could be judged. */
export const HEDGES = words(
  'slightly very really quite almost partially partly somewhat kind sort also still only closely',
);

export const FRAME_PREPOSITIONS = words('in on at to from toward towards near along off');
export const DETERMINERS = words(
  'the a an this that these those some any my his her its their our your every each all both',
);
export const PLURAL_DETERMINERS = words('these those every each all both');
export const RELATIVES = words('that which who whom whose');
export const AUXILIARIES = words('is are was were be been being has have had am does do did');
export const PRONOUNS = words('it him her them they he she itself himself herself themselves');
export const SOMEBODY = words('someone somebody anyone anybody people');
export const NEGATIONS = words("not no never n't isn't aren't doesn't without wasn't");

export const POSSESSIVES = words('his her its their my your our');
/** Parts of a body: what is done with them ("with its eyes closed") cannot be seen from boxes. */
export const BODY = words(
  `wing wings eye eyes head hand hands arm arms leg legs back mouth tongue tail ear ears foot feet stomach belly side
   face neck paw paws lap shoulder shoulders nose finger fingers chest knee knees teeth lips horn horns`,
);
/** Grounds and backgrounds: nothing is on the left "of the ground", so a place after them is the outer noun's. */
export const STUFF = words(
  'ground floor grass sand snow water wall sky street road sidewalk field air dirt beach sea ocean pavement ceiling',
);

/** Containers of a noun that is meant itself ("a pair of shoes"). */
export const PARTITIVES = words(
  'pair group bunch set couple kind type piece lot row number one all both each any some',
);

/** Nouns that stand for whatever the expression is about. */
export const ANYTHING = words('one ones thing object item stuff something anything thing');

/** Those who act: only they can be followed by an action of their own ("the window holding a phone" is not). */
export const ACTORS = words(
  `person man woman boy girl child kid guy lady baby toddler player people someone somebody dog cat horse bird bear
   elephant zebra giraffe cow sheep rider cyclist skier surfer snowboarder skateboarder driver adult teenager father
   mother son daughter student teacher worker officer policeman catcher batter pitcher umpire dude gentleman male female`,
);

export const MATERIALS = words(
  'metal wood wooden plastic glass paper leather steel brick stone iron ceramic cardboard',
);

/** How people open a question; dropped before reading. */
export const OPENINGS =
  /^\s*(?:(?:please|can you|could you|would you|hey|hi|hello|ok|okay|spotter|so|now|and)[\s,]+)*(?:(?:find|show|locate|spot|point(?: (?:at|to|out))?|mark|highlight|select|detect|see|look for|search for|identify|where(?:'s|’s| is| are)|which(?:'s| is| are)|who(?:'s| is| are)|what(?:'s| is| are)|is there|are there|do you see|i(?:'m| am) looking for|i want|there is|there are)\s+(?:(?:me|us)\s+)?)?/i;
