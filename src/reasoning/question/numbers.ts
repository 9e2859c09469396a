import { list } from '../../text.ts';
import type { Candidate } from '../../verdict.ts';

import { placeAmong } from './describe.ts';
import {
  type Answered,
  absent,
  type Given,
  isThere,
  mayHold,
  PERHAPS,
  product,
  undecided,
  weighed,
  whyNot,
} from './evidence.ts';
import { atLeast, isOrAre, numbered } from './wording.ts';

/** Where nothing else may be another one, so many of the numbers on development photos were right: 58 of 65. */
const EXACT = 0.9;
/** None is an exact number: surer than "not present". */
const NONE = 0.2;
/** Certainty from which one of a kind is told from the others. */
const OF_ITS_KIND = 0.5;

/** What may be it; nothing where nobody knows what that is. */
const shownOf = ({ detections, decision }: Given): readonly Candidate[] =>
  detections.match === 'unknown' ? [] : decision.candidates;

/** "is there a dog?", "is the bus red?", "are there two dogs?" */
export function answerExists(given: Given): Answered {
  const { query, candidates, decision, found } = given;
  if (query.target.count !== undefined) return answerSoMany(given, query.target.count);
  if (decision.outcome === 'not-present') return absent(given, 'No, ', false);
  const why = whyNot(given);
  if (why !== undefined) return undecided(why, shownOf(given));
  const there = candidates.filter(isThere);
  if (there.length > 0 && (decision.presence >= found || decision.outcome === 'found')) {
    const sentence = `Yes, there ${isOrAre(query, there.length)}`;
    return { outcome: 'found', value: true, candidates: there, sentence, sure: decision.presence };
  }
  return undecided(`I am not sure whether there is ${numbered(query, 1)}`, candidates.filter(mayHold));
}

/** "Are there two dogs?": two or more. */
function answerSoMany(given: Given, wanted: number): Answered {
  const { query, decision } = given;
  const why = whyNot(given);
  if (why !== undefined) return undecided(why, shownOf(given));
  const { least, perhaps } = weighed(given);
  if (least.length >= wanted) {
    const surest = least.map((k) => k.certainty).toSorted((a, b) => b - a);
    const sentence = `Yes, there ${isOrAre(query, least.length)}`;
    const sure = product(surest.slice(0, wanted));
    return { outcome: 'found', value: true, candidates: least, sentence, sure };
  }
  if (decision.outcome === 'not-present' && least.length + perhaps.length < wanted)
    return { ...absent(given, 'No, ', false), sure: EXACT * product(perhaps.map((k) => 1 - k.certainty)) };
  const known = least.length === 0 ? 'of none' : `only of ${least.length}`;
  return undecided(`I am sure ${known}, and there may be more`, [...least, ...perhaps]);
}

/** "how many dogs are there?": a number, or a lower bound where others may be there, too. */
export function answerCount(given: Given): Answered {
  const { query, detections, decision } = given;
  if (decision.outcome === 'not-present' && decision.presence <= NONE) return absent(given, 'None: ', 0);
  const why = whyNot(given);
  if (why !== undefined) return undecided(why, shownOf(given));
  const { least, probability, perhaps, exact } = weighed(given);
  const value = least.length;
  if (value === 0) return undecided(`I am not sure whether there is ${numbered(query, 1)}`, perhaps);
  const found = { outcome: 'found', value, candidates: least } as const;
  // Of what is a general name ("animals") it knows some kinds only.
  if (exact && detections.match !== 'broader')
    return { ...found, sentence: `There ${isOrAre(query, value)}`, sure: EXACT * probability };
  const sentence = `There ${value === 1 ? 'is' : 'are'} ${atLeast(query, value)}`;
  return { ...found, atLeast: true, sentence, sure: probability };
}

/** "which dog is higher?": in words that tell it from the others. */
export function answerWhich(given: Given): Answered {
  const { candidates, decision, scene } = given;
  if (decision.outcome === 'not-present') return absent(given, 'None: ');
  const shown = shownOf(given);
  const why = whyNot(given);
  if (why !== undefined) return undecided(why, shown);
  const kind = candidates.filter((k) => k.certainty >= OF_ITS_KIND);
  const names = shown.map((k: Candidate) => placeAmong(k, kind, scene.picture));
  if (decision.outcome !== 'found' || shown.length === 0) {
    const unsure = shown.length > 1 ? `it could be any of ${shown.length}` : 'I am not sure which';
    return { ...undecided(unsure, shown), each: names };
  }
  const one = names.length === 1;
  const only = kind.length === 1 && candidates.every((k) => k === kind[0] || k.certainty < PERHAPS);
  const sentence =
    only && one ? `There is only one: ${names[0]}` : `${one ? 'It is' : 'They are'} ${list(names)}`;
  return {
    outcome: 'found',
    value: one ? names[0]! : names,
    candidates: shown,
    sentence,
    sure: decision.right,
  };
}
