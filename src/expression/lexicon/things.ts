import { lastWord } from '../../text.ts';
import { phrases, words } from './words.ts';

/** Parts of a body: what is done with them ("with its eyes closed") cannot be seen from boxes. */
export const BODY = words(
  `wing wings eye eyes head hand hands arm arms leg legs back mouth tongue tail ear ears foot feet stomach belly side
   face neck paw paws lap shoulder shoulders nose finger fingers chest knee knees teeth lips horn horns trunk tusk tusks
   hip hips waist wrist wrists elbow elbows beak hoof hooves whiskers pocket pockets`,
);
/** Grounds and backgrounds: nothing is on the left "of the ground", so a place after them is the outer noun's. */
export const STUFF = words(
  'ground floor grass sand snow water wall sky street road sidewalk field air dirt beach sea ocean pavement ceiling',
);

/** Containers of a noun that is meant itself ("a pair of shoes"). */
export const GROUPS = words('pair group bunch set couple lot row number all both each any some most');
/** Portions of a noun that is meant itself ("a slice of pizza"). */
export const PORTIONS = words('kind type piece slice one');

/** Nouns that stand for whatever the expression is about. */
export const ANYTHING = words(
  'one ones other others thing things object item stuff something anything everything what same all',
);

/** What shows a thing looks like it ("elephant statue"): whether it is one stays open. */
export const LIKENESSES = words('model statue figurine sculpture replica');

/** Of the kind spoken of before ("taller than the other one"). */
export const SAME_KIND = words('one other');

/** Whose joints show a pose. */
const PEOPLE = words(
  `person man woman boy girl child kid guy lady baby toddler player people someone somebody rider cyclist skier surfer
   snowboarder skateboarder driver adult teenager father mother son daughter student teacher worker officer policeman
   catcher batter pitcher umpire dude gentleman male female mom mum dad bride groom chef cook waiter waitress cop referee
   goalie gal infant teen fella bloke runner athlete soldier fireman fisherman businessman cowboy clown singer performer
   musician dancer swimmer diver jogger pedestrian brother sister grandpa grandma grandfather grandmother`,
);
/** "man", "old man": who it is, by the last word. */
export const isPerson = (noun: string): boolean => PEOPLE.has(lastWord(noun));
const ANIMALS = words(
  'dog cat horse bird bear elephant zebra giraffe cow sheep puppy kitten goat monkey penguin duck lion tiger pony',
);
/** Those who act: only they can be followed by an action of their own ("the window holding a phone" is not). */
export const ACTORS: ReadonlySet<string> = new Set([...PEOPLE, ...ANIMALS]);

/** What people ask for most, besides those who act. */
export const COMMON = words(
  `bicycle bike motorcycle airplane plane train truck boat bench bird sheep backpack umbrella handbag suitcase frisbee skis
   snowboard kite skateboard surfboard bottle glass fork knife spoon bowl banana apple sandwich orange broccoli carrot pizza
   donut cake chair couch sofa bed table toilet laptop mouse remote keyboard phone microwave oven toaster sink refrigerator
   fridge book clock vase scissors toothbrush television plant hat shirt jacket shoe bag car bus cup plate sign window
   building tree helmet racket glove`,
);

/** What something is made of or how much of it there is: a participle after it still belongs to the name. */
export const MATERIALS = words(
  'metal wood wooden plastic glass paper leather steel brick stone iron ceramic cardboard half',
);

/** Names one of whose words would mean something else alone. */
export const COMPOUNDS = phrases<true>([
  [
    'left facing | right facing | front facing | rear facing | first base | second base | third base | mid air',
    true,
  ],
  [
    'mid air | tank top | crop top | halter top | top hat | ice cream | cream cheese | cream puff | hot dog',
    true,
  ],
  ['light bulb | light pole | light post | light fixture | light switch | light house | light saber', true],
  [
    'orange juice | red wine | white wine | white board | black board | back pack | back yard | tan line',
    true,
  ],
  ['high chair | short cake | long board | big ben | tall boy | gold fish | gold medal | silver ware', true],
  ['front door | back door | right field | left field | front porch | tea cup | teddy bear', true],
  ['stop sign | stop light | bus stop | parking meter | parking lot | one way sign | no parking sign', true],
  [
    'do not enter sign | no entry sign | no smoking sign | wrong way sign | speed limit sign | for sale sign',
    true,
  ],
]);

/** Names whose last word alone would be another thing: they are not shortened ("plate", "dog", "bear"). */
export const WHOLE_NAMES = phrases<true>([
  ['license plate | licence plate | number plate | home plate | hot dog | teddy bear | sea lion', true],
  ['rocking horse | sea horse | guinea pig | magnifying glass | eye glass | bird house | dog house', true],
  ['sleeping bag | punching bag | tea bag | tank top | ice cream | light bulb | light house', true],
]);

/** Things that look like participles. */
export const ING_NOUNS = words(
  `building ring king wing string ceiling painting clothing railing awning earring wedding swing sling thing something
   anything everything nothing evening morning dressing pudding icing frosting siding landing opening parking spring`,
);

/** Said behind a noun of how it is ("the kite high in the sky", "with the door open"). */
export const STATES = words(
  `high low open closed shut full empty alone visible raised lowered spread extended outstretched crossed folded up down
   out off on upright upside-down ajar`,
);

export const MEN_AND_WOMEN = words('people men women children ones things geese mice feet teeth');

/** What a noun says of how somebody looks; `alone` where it says nothing else ("woman", but not "girl" or "mother"). */
export interface Looks {
  readonly as: 'woman' | 'man';
  readonly alone: boolean;
}

/** Nouns that ask for an apparent man or woman. "Guy", "dude", "player" and trades do not: they are said of anybody. */
export const LOOKS: ReadonlyMap<string, Looks> = new Map(
  Object.entries({
    woman: ['woman lady female', 'girl gal mother mom mum bride daughter sister wife grandmother grandma'],
    man: ['man gentleman male', 'boy father dad groom son brother husband grandfather grandpa'],
  } as const).flatMap(([as, nouns]) =>
    nouns.flatMap((list, i) =>
      list.split(' ').map((noun) => [noun, { as: as as Looks['as'], alone: i === 0 }] as const),
    ),
  ),
);

/** What a noun of several words says of looks is said by its last one ("blond boy"). */
export const looksOf = (noun: string): Looks | undefined => LOOKS.get(lastWord(noun));

/** Words for people that say what they are and not what they do: any two people may differ in it. */
export const SORTS_OF_PEOPLE: ReadonlySet<string> = new Set([
  ...LOOKS.keys(),
  ...words('child kid baby toddler infant teenager teen adult guy dude bloke fella student'),
]);
