/** Characters [start, end) of the expression as it was asked. */
export type Span = readonly [start: number, end: number];

/** A referring expression, read: what to look for, and what must hold for it. */
export interface Query {
  /** The expression, trimmed and in Unicode NFC; spans refer to it. */
  readonly text: string;
  readonly target: NounPhrase;
  /** The target phrase, with its articles and adjectives, without its relations ("the white truck"). */
  readonly phrase: string;
  readonly span: Span;
  /** False when the expression does not look like English; it is still tried. */
  readonly english: boolean;
}

/** One noun with everything said about it. */
export interface NounPhrase {
  readonly words: string;
  /** What the thing can be called, most specific first, singular: ["traffic light", "light"]. */
  readonly nouns: readonly string[];
  readonly plural: boolean;
  /** "three people": how many there must be; "both" is 2. */
  readonly count?: number;
  readonly constraints: readonly Constraint[];
}

export type Side = 'left' | 'right' | 'top' | 'bottom' | 'front' | 'back';
export type Place = Side | 'middle' | 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';
export type Part = 'head' | 'torso' | 'legs' | 'feet' | 'whole';

export type Relation =
  | 'left-of'
  | 'right-of'
  | 'above'
  | 'below'
  | 'on'
  | 'under'
  | 'in'
  | 'next-to'
  | 'near'
  | 'far-from'
  | 'between'
  | 'behind'
  | 'in-front-of'
  | 'holding'
  | 'riding'
  | 'wearing'
  | 'with'
  | 'part-of';

interface Said {
  /** The words of the expression that say it. */
  readonly words: string;
  readonly negated?: boolean;
}

export type Constraint =
  | (Said & { readonly kind: 'colour'; readonly colours: readonly string[]; readonly part: Part })
  | (Said & { readonly kind: 'size'; readonly size: SizeWord })
  | (Said & { readonly kind: 'age'; readonly age: 'young' | 'grown' })
  | (Said & { readonly kind: 'place'; readonly place: Place; readonly far: boolean })
  | (Said & { readonly kind: 'row'; readonly row: 'top' | 'middle' | 'bottom' })
  | (Said & { readonly kind: 'ordinal'; readonly nth: number; readonly from: Side })
  | (Said & { readonly kind: 'superlative'; readonly by: Measure; readonly most: boolean })
  | (Said & { readonly kind: 'relation'; readonly relation: Relation; readonly to: readonly NounPhrase[] })
  | (Said & { readonly kind: 'unresolved' });

export type SizeWord = 'large' | 'small' | 'tall' | 'short' | 'wide' | 'narrow';
/** What a superlative orders candidates by; `near` is closeness to the camera. */
export type Measure = 'size' | 'height' | 'width' | 'near' | 'darkness' | 'left' | 'top';
