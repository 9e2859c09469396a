import type { Query } from '../language/query.ts';
import type { Scene } from '../reasoning/sighting.ts';
import { worst } from './features.ts';
import type { Candidate } from './verdict.ts';

/** "dog" -> "2 dogs" */
function counted(label: string, n: number): string {
  if (n === 1) return `${/^[aeiou]/.test(label) ? 'an' : 'a'} ${label}`;
  const plural = IRREGULAR[label] ?? (/(s|sh|ch|x)$/.test(label) ? `${label}es` : `${label}s`);
  return `${n} ${plural}`;
}
const IRREGULAR: Record<string, string> = {
  person: 'people',
  mouse: 'mice',
  sheep: 'sheep',
  knife: 'knives',
  skis: 'skis',
  scissors: 'scissors',
  bus: 'buses',
};

const list = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

const MOST_NAMED = 4;
const SURE = 0.4;
const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const english = ({ english }: Query): string =>
  english ? '' : ' I read English only, so I may have misunderstood.';

/** What was surely seen, most frequent first: "2 dogs and a couch". */
export function whatWasSeen({ seen }: Pick<Scene, 'seen'>, except: readonly string[] = []): string {
  const counts = new Map<string, number>();
  for (const { label, score } of seen) {
    if (score >= SURE && !except.includes(label)) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const named = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, MOST_NAMED);
  return list(named.map(([label, n]) => counted(label, n)));
}

export function sayFound(query: Query, meant: readonly Candidate[], right: number): string {
  const sure = right >= 0.8 ? 'Found' : 'Probably found';
  const many = meant.length > 1 ? `: ${meant.length} of them` : '';
  return `${sure} "${query.phrase}"${many}.${reasons(meant[0])}${english(query)}`;
}

/** The judgements that speak for a candidate, in its own words. */
function reasons(candidate: Candidate | undefined): string {
  const held = candidate?.judgements.filter((j) => j.score !== undefined && j.score >= 0.5) ?? [];
  const open = candidate?.judgements.filter((j) => j.score === undefined) ?? [];
  const said = [
    held.length > 0 ? ` It fits ${list(held.map((j) => `"${j.words}"`))}.` : '',
    open.length > 0 ? ` Not checked: ${list(open.map((j) => `"${j.words}"`))}.` : '',
  ];
  return said.join('');
}

export function sayAbsent(query: Query, candidates: readonly Candidate[], scene: Scene): string {
  const best = candidates[0];
  const against = best && worst(best);
  const sure = best !== undefined && best.certainty >= SURE;
  const why =
    sure && against && against.score! < 0.5
      ? contradiction(best, against)
      : nothingLikeIt(query, candidates, scene);
  return `Not present: "${query.text}". ${sentenceCase(why)}.${english(query)}`;
}

/** "There is a bus, but it is blue" */
function contradiction(best: Candidate, against: NonNullable<ReturnType<typeof worst>>): string {
  const thing = counted(best.label, 1);
  if (against.missing) return `there is ${thing}, but ${against.missing} is not to be seen`;
  if (against.kind === 'colour' && against.seen)
    return `there is ${thing}, but it is rather ${against.seen} than "${against.words}"`;
  return `there is ${thing}, but "${against.words}" does not hold`;
}

function nothingLikeIt(query: Query, candidates: readonly Candidate[], scene: Scene): string {
  const { count, nouns } = query.target;
  const sure = candidates.filter((k) => k.certainty >= SURE);
  if (count !== undefined && sure.length > 0) return `I see only ${counted(sure[0]!.label, sure.length)}`;
  const seen = whatWasSeen(scene);
  return seen ? `I see ${seen}, but no ${nouns[0]}` : `I see nothing like it`;
}

export function sayUndecided(
  query: Query,
  shown: readonly Candidate[],
  scene: Scene,
  unresolved: readonly string[],
): string {
  const sighting = scene.sightings.get(query.target);
  const choose = shown.length > 0 ? ` ${choice(shown.length)}` : '';
  if (sighting?.match === 'unknown') {
    const seen = whatWasSeen(scene);
    return `I cannot tell whether "${query.phrase}" is there: I do not know what that looks like.${
      seen ? ` I see ${seen}.` : ''
    }${choose}${english(query)}`;
  }
  if (shown.length === 0) {
    return `I cannot tell: I see nothing that I could take for "${query.phrase}".${english(query)}`;
  }
  const open = unresolved.length > 0 ? ` I could not judge ${list(unresolved.map((w) => `"${w}"`))}.` : '';
  const why = open || (shown.length > 1 ? ' More than one could be meant.' : ' I am not sure enough.');
  return `Undecided about "${query.text}".${why}${choose}${english(query)}`;
}

const choice = (n: number): string =>
  n === 1 ? 'One candidate is marked.' : `Choose one of the ${n} numbered candidates.`;
