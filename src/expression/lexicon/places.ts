import type { Measure, Place, RowConstraint, Side, SizeWord } from '../query.ts';
import { phrases, words } from './words.ts';

export const PLACES = phrases<Place>([
  ['left | lefthand | left-hand', 'left'],
  ['right | righthand | right-hand', 'right'],
  ['top | upper', 'top'],
  ['bottom | lower', 'bottom'],
  ['middle | center | centre | central | mid', 'middle'],
  ['front | foreground', 'front'],
  ['back | background | rear | distance', 'back'],
  ['top left | upper left | top-left | left top | left upper | upper-left', 'top-left'],
  ['top right | upper right | top-right | right top | right upper | upper-right', 'top-right'],
  ['bottom left | lower left | bottom-left | left bottom | left lower | lower-left', 'bottom-left'],
  ['bottom right | lower right | bottom-right | right bottom | right lower | lower-right', 'bottom-right'],
]);

/** Nouns that a place may carry without meaning a thing ("on the left side"). */
export const PLACE_NOUNS = words('side corner edge end part half area portion quadrant');

/** The picture itself. */
export const VIEWS = words('picture image photo photograph pic frame screen scene shot view');
/** Grounds and groups: a place "of" them is a place in the picture. */
export const SCENES = words(
  `picture image photo photograph pic frame screen scene shot view street road group room field court row line
   sidewalk pavement path platform crowd bunch pack lot yard beach river water`,
);
/** Things with sides of their own: "on the left side of the table" is a place, "to the left of the table" is not. */
export const SURFACES = words(
  'bed table desk couch sofa bench counter shelf plate tray fence wall building stage rug carpet mat',
);

export const SIDES = phrases<Side>([
  ['left', 'left'],
  ['right', 'right'],
  ['top', 'top'],
  ['bottom', 'bottom'],
  ['front', 'front'],
  ['back', 'back'],
]);

export const ROWS = phrases<RowConstraint['row']>([
  ['top | upper', 'top'],
  ['middle | center | centre | central', 'middle'],
  ['bottom | lower', 'bottom'],
  ['back', 'top'],
  ['front', 'bottom'],
]);

/** Nouns of what things stand in ("in the top row"). */
export const ROW_NOUNS = words('row shelf line tier rack column');

export const FAR = words('far extreme very furthest farthest utmost dead exact');

export interface Superlative {
  readonly by: Measure;
  readonly most: boolean;
}

/** "furthest right", "most to the left", "further to the right": nothing of its kind is further there. */
const towards = (side: string, superlative: Superlative): [string, Superlative][] =>
  ['most', 'more', 'furthest', 'farthest', 'further', 'farther', 'furthermost'].map((how) => [
    ['', 'to the ', 'to ', 'towards the ', 'toward the ']
      .map((between) => `${how} ${between}${side}`)
      .join(' | '),
    superlative,
  ]);

export const SUPERLATIVES = phrases<Superlative>([
  ['largest | biggest | larger | bigger | hugest', { by: 'size', most: true }],
  ['smallest | tiniest | smaller | littlest', { by: 'size', most: false }],
  ['tallest | highest standing | taller', { by: 'height', most: true }],
  ['shortest | shorter', { by: 'height', most: false }],
  ['widest | wider | longest | longer', { by: 'width', most: true }],
  ['narrowest | narrower | thinnest', { by: 'width', most: false }],
  ['leftmost | left-most | left most | leftest | lefter', { by: 'left', most: true }],
  ...towards('left', { by: 'left', most: true }),
  ['rightmost | right-most | right most | rightest | righter', { by: 'left', most: false }],
  ...towards('right', { by: 'left', most: false }),
  [
    'topmost | top-most | top most | uppermost | highest | higher | higher up | highest up',
    { by: 'top', most: true },
  ],
  ...towards('top', { by: 'top', most: true }),
  ...towards('up', { by: 'top', most: true }),
  [
    'bottommost | bottom-most | bottom most | lowest | lowermost | lower down | lowest down',
    { by: 'top', most: false },
  ],
  ...towards('bottom', { by: 'top', most: false }),
  ...towards('down', { by: 'top', most: false }),
  ['closest | nearest | closer | nearer | foremost | frontmost', { by: 'near', most: true }],
  ['farthest | furthest | farther | further | backmost | most distant', { by: 'near', most: false }],
  ['darkest | darker', { by: 'darkness', most: true }],
  ['lightest | brightest | lighter', { by: 'darkness', most: false }],
]);

/** "closest to the left edge" */
export const EDGES = phrases<Superlative>([
  ['left', { by: 'left', most: true }],
  ['right', { by: 'left', most: false }],
  ['top', { by: 'top', most: true }],
  ['bottom', { by: 'top', most: false }],
]);

/** "closest to the camera" */
export const VIEWERS = words('camera us viewer me lens front photographer observer you screen');

/** Superlatives that are also things ("the pink lighter"). */
export const SUPERLATIVE_NOUNS = words('lighter');

export const SIZES = phrases<SizeWord>([
  ['large | big | huge | giant | enormous | great', 'large'],
  ['small | little | tiny | mini', 'small'],
  ['tall | high', 'tall'],
  ['short', 'short'],
  ['wide | long | broad', 'wide'],
  ['narrow | thin', 'narrow'],
]);

export const AGES = phrases<'young' | 'grown'>([
  ['young', 'young'],
  ['adult | grown | grown-up | grownup', 'grown'],
]);
