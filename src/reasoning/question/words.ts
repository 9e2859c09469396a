import { type Box, centre, containment } from '../../box.ts';
import type { WrittenLine } from '../../observer/observer.ts';
import { list } from '../../text.ts';
import type { Candidate } from '../../verdict.ts';
import { holds } from '../candidates.ts';
import { personAt } from '../people.ts';
import { hasColours } from '../pixels.ts';
import { counted, MAX_SHOWN, quoted } from '../sentences.ts';
import { colourOf, sideOf, type Told, textOf } from './describe.ts';
import { type Answered, absent, type Given, product, undecided, unjudged, whyNot } from './evidence.ts';
import { at, capital, definite, isOrAre, numbered } from './wording.ts';

/** Certainty from which something is meant, where the expression fits several. */
const MEANT = 0.4;

/** What is meant: what the expression comes to, or all that it may be. */
function meant({ query, candidates, decision }: Given): readonly Candidate[] {
  if (decision.outcome === 'found') return decision.candidates;
  const fitting = candidates.filter((k) => k.certainty >= MEANT && holds(k));
  return query.target.plural ? fitting : fitting.slice(0, MAX_SHOWN);
}

/** What is told of each thing that is meant: one answer where they agree, and else which is which. */
function answerOfEach(
  given: Given,
  tell: (k: Candidate) => Told,
  format: (subject: string, value: string, n: number) => string,
): Answered {
  const { query, detections, decision } = given;
  if (decision.outcome === 'not-present') return absent(given, 'Not present: ');
  if (detections.match === 'unknown')
    return undecided(`I do not know what "${detections.noun}" is`, decision.candidates);
  const those = meant(given);
  if (those.length === 0) return undecided(`I am not sure that I see ${numbered(query, 1)}`);
  const told = those.map(tell);
  const each = told.map(({ value }) => value);
  const sure = Math.min(...told.map(({ sure }) => sure)) * product(those.map((k) => k.certainty));
  const found = { outcome: 'found', candidates: those, sure } as const;
  const forChoosing = query.target.plural ? {} : { each };
  // Which of several it is depends on what could not be judged; the only one is told of all the same.
  if (those.length > 1 && unjudged(those[0]!).length > 0)
    return { ...undecided(whyNot(given) ?? 'several could be meant', those), ...forChoosing };
  const [value] = each as [string | null];
  if (value !== null && each.every((other) => other === value))
    return { ...found, value, sentence: capital(format(definite(query), value, those.length)) };
  if (those.length === 1) return { ...undecided(`I see ${definite(query)}, and cannot tell`, those), each };
  if (each.every((value) => value === null))
    return {
      ...undecided(`there ${isOrAre(query, those.length)}, and I cannot tell of any`, those),
      ...forChoosing,
    };
  const which = each.map((value, i) =>
    value === null ? `of ${i + 1} I cannot tell` : format(String(i + 1), value, 1),
  );
  if (query.target.plural && each.every((value) => value !== null))
    return { ...found, value: each as string[], sentence: capital(list(which)) };
  const sentence = `Undecided: there ${isOrAre(query, those.length)}; ${list(which)}`;
  return { outcome: 'undecided', value: null, candidates: those, sentence, ...forChoosing };
}

/** "is the cat on the left or on the right?" */
export const answerSide = (given: Given): Answered =>
  answerOfEach(
    given,
    ({ box }) => sideOf(box, given.scene.picture, given.asked.axis),
    (subject, side, n) => `${subject} ${n === 1 ? 'is' : 'are'} ${at(side)}`,
  );

/** "what colour is the bus?", "what colour is the man's shirt?" */
export function answerColour(given: Given): Answered {
  const { scene, asked } = given;
  const { garment } = asked;
  const several = garment !== undefined && /[^s]s$/.test(garment);
  if (given.decision.outcome !== 'not-present' && !hasColours(scene.picture.raster))
    return undecided('the picture has no colours', meant(given));
  return answerOfEach(
    given,
    (k) => colourOf(scene.picture, k, garment, personAt(k.box, scene.observed)),
    (subject, colour, n) =>
      `${garment ? `the ${garment} of ` : ''}${subject} ${n === 1 && !several ? 'looks' : 'look'} ${colour}`,
  );
}

/** "what does the bus say?": the writing inside what is meant. */
export function answerReads(given: Given): Answered {
  const { scene, detections, decision } = given;
  if (decision.outcome === 'not-present') return absent(given, 'Not present: ');
  const { noun, match } = detections;
  const those = match === 'unknown' || isEverything(given) ? [] : meant(given);
  const { lines } = scene.observed ?? {};
  if (!lines) return undecided('I cannot read writing here', those);
  const inside = those.length > 0 ? lines.filter((line) => those.some((k) => isWithin(line, k.box))) : lines;
  const read = textOf(inside);
  if (!read) return undecided('I see no writing there that I can read', those);
  const marked = those.length > 0 ? those : read.lines.map(asCandidate);
  const found: Answered = {
    ...{ outcome: 'found', value: read.text, candidates: marked, sure: read.score },
    sentence: `It says ${quoted([read.text])}`,
  };
  // What it has no name for is where the writing is, if that is in one place only.
  if (match !== 'unknown' || read.blocks === 1) return found;
  const texts = read.lines.map(({ text }) => text);
  return { ...undecided(`I do not know what "${noun}" is, and read ${quoted(texts)}`, marked), each: texts };
}

/** A noun of so many kinds ("thing") means the whole picture. */
const isEverything = ({ query }: Given): boolean => query.target.nouns[0] === 'thing';

const isWithin = ({ box }: WrittenLine, [left, top, right, bottom]: Box): boolean => {
  const [x, y] = centre(box);
  return x >= left && x <= right && y >= top && y <= bottom;
};

const asCandidate = ({ box, score }: WrittenLine): Candidate => ({
  ...{ box, label: 'writing', detection: score, certainty: score, rival: 0, score, judgements: [] },
});

/** What is seen at all is told from this certainty; so many kinds at most. */
const SEEN = 0.55;
const MAX_NAMED = 12;

/** "what do you see?", "what is on the table?" */
export function answerSeen(given: Given): Answered {
  const { query, detections } = given;
  if (detections.match === 'unknown') return undecided(`I do not know what "${detections.noun}" is`);
  const candidates = given.candidates.filter((k) => !isNamed(k, given));
  const lost = candidates.map(({ judgements }) => judgements.find(({ missing }) => missing)?.missing);
  if (lost[0] && lost.every(Boolean)) return undecided(`I see no ${lost[0].replace(/^(?:the|a|an) /i, '')}`);
  const seen = candidates
    .filter((k) => k.certainty >= SEEN && holds(k) && unjudged(k).length === 0)
    .toSorted((a, b) => b.certainty - a.certainty);
  if (seen.length === 0) return undecided('I see nothing there that I know');
  const kinds = new Map<string, number>();
  for (const { label } of seen) kinds.set(label, (kinds.get(label) ?? 0) + 1);
  const named = [...kinds].toSorted((a, b) => b[1] - a[1]).slice(0, MAX_NAMED);
  const where = isEverything(given) && query.target.constraints.length > 0 ? ` ${query.text}` : '';
  return {
    ...{ outcome: 'found', value: named.map(([label]) => label), candidates: seen },
    sentence: `I see ${list(named.map(([label, n]) => counted(label, n)))}${PLACED.test(where) ? where : ''}`,
    sure: seen.reduce((sum, k) => sum + k.certainty, 0) / seen.length,
  };
}
const PLACED = /^ (?:on|in|under|behind|left|right|above|below|next|near|beside|between|inside|at|to) /i;

/** What a question names itself is no news: no bench is on the bench. */
const isNamed = ({ box, label }: Candidate, { query, scene }: Given): boolean =>
  query.target.constraints.some(
    (k) =>
      k.kind === 'relation' &&
      k.to.some((to) => {
        const [first] = scene.detections.get(to)?.regions ?? [];
        return first?.label === label && containment(box, first.box) > SAME_THING;
      }),
  );
const SAME_THING = 0.5;
