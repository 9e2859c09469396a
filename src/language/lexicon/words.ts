import { phrases, words } from './table.ts';

export const FRAME_PREPOSITIONS = words('in on at to from toward towards near along off');
export const DETERMINERS = words(
  'the a an this that these those some any only either another my his her its their our your every each all both',
);
export const PLURAL_DETERMINERS = words('these those every each all both');
/** Several, without saying how many. */
export const QUANTIFIERS = words('several many few multiple various numerous');
export const POSSESSIVES = words('his her its their my your our');
/** They point at something said before, which a lone expression does not tell. */
export const REFERRING_BACK = words('another his her its their');

export const RELATIVES = words('that which who whom whose');
export const AUXILIARIES = words('is are was were be been being has have had am does do did');
export const PRONOUNS = words('it him her them they he she itself himself herself themselves');
export const SOMEBODY = words('someone somebody anyone anybody people');
export const EVERYBODY = words('everyone everybody');
export const NOBODY = words('nobody no-one noone none');
export const NEGATIONS = words("not no never n't isn't aren't doesn't don't without wasn't weren't didn't");
/** Subjects that are nobody in the picture, or nobody in particular ("the thing he is holding"). */
export const SPEAKERS = words('he she they you i we');
/** Tie what is said to its noun. */
export const LINKS = words(', and but ; -');
/** Tie a further noun to the first ("the dog and the cat"). */
export const CONJUNCTIONS = words('and or / & +');

/** What is written on a thing ("with the number 22 on it"). */
export const WRITING = words('number numbers word words letter letters text name initials writing #');
/** Those have their number behind them ("the license plate WD-5010"). */
export const PLATES = phrases<true>([['license plate | licence plate | number plate', true]]);
export const SAYING = words('says say saying reads labeled labelled marked titled spelling numbered');
