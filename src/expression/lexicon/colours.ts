import type { Colour, Part } from '../query.ts';
import { phrases, words } from './words.ts';

/** Words for colours -> their name in the colour table of the reasoning. */
export const COLOURS = phrases<string>([
  ['red | crimson | scarlet', 'red'],
  ['orange', 'orange'],
  ['yellow', 'yellow'],
  ['gold | golden', 'gold'],
  ['green | lime | lime green | forest green | mint green | mint', 'green'],
  ['olive | olive green | army green', 'olive'],
  ['teal | turquoise | cyan | aqua', 'turquoise'],
  ['blue | denim | royal blue | sky blue | baby blue | blue-green', 'blue'],
  ['navy | navy blue', 'navy'],
  ['purple | violet | mauve | lavender | lilac', 'purple'],
  ['pink | magenta', 'pink'],
  ['brown | golden brown | chocolate brown', 'brown'],
  ['maroon | burgundy', 'maroon'],
  ['beige | tan | khaki', 'beige'],
  ['cream | ivory', 'cream'],
  ['blond | blonde', 'blond'],
  ['black', 'black'],
  ['white', 'white'],
  ['gray | grey', 'gray'],
  ['silver', 'silver'],
]);

/** Colours that are also things: a noun unless something follows that they can colour. */
export const ALSO_NOUNS = words('orange gold silver cream tan lime olive lavender violet rose');

export const TONES = phrases<NonNullable<Colour['tone']>>([
  ['light | pale | soft', 'light'],
  ['dark | deep', 'dark'],
  ['bright | vivid | neon | hot', 'bright'],
]);

/** Where what is worn, or grows, is on who wears it. */
export const PARTS = phrases<Part>([
  [
    'hat | cap | helmet | head | face | beanie | hood | beret | bandana | headband | turban | mask | crown | veil | beard | mustache | moustache',
    'head',
  ],
  ['hair | ponytail | mane | hairdo', 'hair'],
  [
    'shirt | tshirt | t-shirt | tee | top | jacket | coat | vest | sweater | sweatshirt | hoodie | jersey | blouse | suit | tank top',
    'torso',
  ],
  [
    'jumper | cardigan | polo | blazer | tunic | apron | robe | jumpsuit | sleeve | chest | raincoat',
    'torso',
  ],
  ['dress | gown | uniform | outfit | clothes | clothing | costume | kimono | sari | wetsuit', 'torso'],
  [
    'space suit | spacesuit | overalls | scarf | life jacket | life vest | tracksuit | bikini | swimsuit',
    'torso',
  ],
  ['pants | trousers | jeans | leggings | pant | jean | legging | tights | leg', 'legs'],
  ['shorts | skirt | short', 'thighs'],
  [
    'shoe | boot | sneaker | sock | sandal | heel | shoes | boots | sneakers | socks | sandals | foot',
    'feet',
  ],
]);

/** They describe what is worn, or are all that is said of it ("in plaid"). */
export const PATTERNS = words(
  'striped stripe stripes plaid checkered checked dotted flowered flowery floral patterned camo camouflage flannel',
);

/** Worn or grown, but too small or too hidden to be judged by colour; said to be unresolved. */
export const WORN = words(
  `glasses sunglasses spectacles goggles watch bracelet necklace earring earrings ring glove gloves belt collar leash
   harness wristband badge lanyard`,
);

/** Worn, and a thing of its own to a detector ("in a red tie"). */
export const WORN_THINGS = words('tie necktie bowtie backpack handbag purse');
