/** A longer expression is refused, in characters. */
export const MAX_EXPRESSION_LENGTH = 500;

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
  /** Words that are in no dictionary, and what they were taken for: "dgo" for "dog". */
  readonly taken?: readonly { readonly said: string; readonly meant: string }[];
  /** What is asked about the thing, where the text is a question; `text` is then the expression in it ("dogs"). */
  readonly question?: AskedOf;
}

/** What a question wants to know, in the order in which docs/conversation.md tells of them. */
export type QuestionKind = 'exists' | 'count' | 'which' | 'side' | 'colour' | 'reads' | 'seen';

/** A question about the thing of a referring expression. */
export interface AskedOf {
  /** `unseen`: a question that no picture answers ("who won the cup?"), or that leaves open what it is about. */
  readonly kind: QuestionKind | 'unseen';
  /** The whole question. */
  readonly text: string;
  /** Between which sides is to be decided; from left to right unless told. */
  readonly axis?: 'across' | 'upright';
  /** What the thing wears, whose colour is asked for: "shirt". */
  readonly garment?: string;
  /** Nothing says what it is about ("what colour is it?"). */
  readonly nameless?: boolean;
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
  /** "it", "him": the candidate that the surrounding phrase is about. */
  readonly pronoun?: boolean;
}

export type Side = 'left' | 'right' | 'top' | 'bottom' | 'front' | 'back';
export type Corner = 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';
export type Place = Side | Corner | 'middle';
/** Where on a thing a colour is looked for. */
export type Part = 'head' | 'hair' | 'torso' | 'legs' | 'thighs' | 'feet' | 'whole';

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
  | 'driving'
  | 'wearing'
  | 'with'
  | 'nearest-to'
  | 'farthest-from'
  | 'larger-than'
  | 'smaller-than'
  | 'taller-than'
  | 'shorter-than';

/** How a person holds the body. */
export type Pose = 'sitting' | 'standing' | 'lying' | 'arms-up';

export interface Colour {
  /** A name of the colour table. */
  readonly name: string;
  readonly tone?: 'light' | 'dark' | 'bright';
}

interface Said {
  /** The words of the expression that say it. */
  readonly words: string;
  readonly negated?: boolean;
}

export interface ColourConstraint extends Said {
  readonly kind: 'colour';
  /** All of them must be there ("red and yellow"). */
  readonly colours: readonly Colour[];
  readonly part: Part;
}
export interface SizeConstraint extends Said {
  readonly kind: 'size';
  readonly size: SizeWord;
}
export interface AgeConstraint extends Said {
  readonly kind: 'age';
  readonly age: 'young' | 'grown';
}
/** "on the left"; `far`: at the very edge of its kind. */
export interface PlaceConstraint extends Said {
  readonly kind: 'place';
  readonly place: Place;
  readonly far: boolean;
}
/** "in the top row" */
export interface RowConstraint extends Said {
  readonly kind: 'row';
  readonly row: 'top' | 'middle' | 'bottom';
}
/** "second from the left"; nth counts from 1. */
export interface OrdinalConstraint extends Said {
  readonly kind: 'ordinal';
  readonly nth: number;
  readonly from: Side;
}
/** "the largest", "the second largest" (nth 2), "the leftmost" (by left, most). */
export interface SuperlativeConstraint extends Said {
  readonly kind: 'superlative';
  readonly by: Measure;
  readonly most: boolean;
  readonly nth: number;
}
export interface RelationConstraint extends Said {
  readonly kind: 'relation';
  readonly relation: Relation;
  readonly to: readonly NounPhrase[];
  /** The relation holds from the other thing to this one ("the car the man is standing on"). */
  readonly inverse?: boolean;
  /** "just to the left of", "directly below" */
  readonly close?: boolean;
}
/** `that says "stop"`, "with number 22 on it": what is written there, without quotation marks. */
export interface ReadingConstraint extends Said {
  readonly kind: 'reading';
  readonly text: string;
}
/** "standing", "with his arms up" */
export interface PoseConstraint extends Said {
  readonly kind: 'pose';
  readonly pose: Pose;
  /** Its place is said as well ("sitting on the bench"): where the pose cannot be told, the place is enough. */
  readonly placed?: boolean;
}
/** Something said that cannot be interpreted or seen. */
export interface UnresolvedConstraint extends Said {
  readonly kind: 'unresolved';
}

export type Constraint =
  | ColourConstraint
  | SizeConstraint
  | AgeConstraint
  | PlaceConstraint
  | RowConstraint
  | OrdinalConstraint
  | SuperlativeConstraint
  | RelationConstraint
  | ReadingConstraint
  | PoseConstraint
  | UnresolvedConstraint;

export type SizeWord = 'large' | 'small' | 'tall' | 'short' | 'wide' | 'narrow';
/** What a superlative orders candidates by; `near` is closeness to the camera, `left` and `top` a position. */
export type Measure = 'size' | 'height' | 'width' | 'near' | 'darkness' | 'left' | 'top';

/** All noun phrases of a query, the target first. */
export function nounPhrases({ target }: Query): NounPhrase[] {
  const within = (phrase: NounPhrase): NounPhrase[] => [
    phrase,
    ...phrase.constraints.flatMap((k) => (k.kind === 'relation' ? k.to.flatMap(within) : [])),
  ];
  return within(target);
}
