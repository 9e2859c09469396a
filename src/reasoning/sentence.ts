import type { Region } from '../detector/detector.ts';
import type { Query } from '../expression/query.ts';
import type { Candidate, ConstraintScore, Verdict } from '../verdict.ts';
import type { Scene } from './detections.ts';
import { worst } from './features.ts';

const MAX_NAMED = 4;
/** Candidates shown when it is left to the person; with so many there may be more. */
export const MAX_SHOWN = 5;
const SURE = 0.4;

const IRREGULAR: Record<string, string> = {
  person: 'people',
  mouse: 'mice',
  sheep: 'sheep',
  knife: 'knives',
  skis: 'pairs of skis',
  scissors: 'pairs of scissors',
};

/** "a dog", "an apple", "2 dogs" */
function counted(label: string, n: number): string {
  if (n === 1) return `${/^[aeiou]/.test(label) ? 'an' : 'a'} ${label}`;
  return `${n} ${IRREGULAR[label] ?? (/(s|sh|ch|x)$/.test(label) ? `${label}es` : `${label}s`)}`;
}

const list = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
const quoted = (words: readonly string[]): string => list(words.map((w) => `"${w}"`));
const foreign = ({ english }: Query): string =>
  english ? '' : ' I read English only, so I may have misunderstood.';

/** What was surely seen, most frequent first: "2 dogs and a couch". */
export function whatWasSeen(seen: readonly Region[]): string {
  const counts = new Map<string, number>();
  for (const { label } of seen) counts.set(label, (counts.get(label) ?? 0) + 1);
  const named = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, MAX_NAMED);
  return list(named.map(([label, n]) => counted(label, n)));
}

export function formatFound(
  query: Query,
  meant: readonly Candidate[],
  unresolved: readonly string[],
): string {
  const many = meant.length > 1 ? ` (${meant.length} of them)` : '';
  const open = unresolved.length > 0 ? ` I could not check ${quoted(unresolved)}.` : '';
  return `Found "${query.text}"${many}.${open}${foreign(query)}`;
}

export function formatAbsent(query: Query, candidates: readonly Candidate[], scene: Scene): string {
  const best = candidates.toSorted((a, b) => b.certainty - a.certainty)[0];
  const against = best && worst(best);
  const contradicted = best && best.certainty >= SURE && against && against.score! < 0.5;
  const why = contradicted ? contradiction(best, against) : instead(query, candidates, scene);
  return `Not present: ${why}.${foreign(query)}`;
}

/** "there is a bus, but it is blue" */
function contradiction(best: Candidate, against: ConstraintScore): string {
  const thing = counted(best.label, 1);
  if (against.negated) return `there is ${thing}, but "${against.words}" is so`;
  if (against.kind === 'ordinal') return `I see only ${counted(best.label, Number(against.seen))} that fit`;
  if (against.missing) return `there is ${thing}, but I see no ${bare(against.missing)}`;
  if (against.kind === 'colour' && against.seen) return `there is ${thing}, but it looks ${against.seen}`;
  return `there is ${thing}, but not "${against.words}"`;
}

const bare = (words: string): string => words.replace(/^(the|a|an|his|her|its|their)\s+/i, '');

function instead({ target }: Query, candidates: readonly Candidate[], { seen }: Scene): string {
  const sure = candidates.filter((k) => k.certainty >= SURE);
  if (target.count !== undefined && sure[0]) return `I see only ${counted(sure[0].label, sure.length)}`;
  const other = whatWasSeen(seen);
  const wanted = target.nouns[0] === 'thing' ? 'nothing that fits' : `no ${target.nouns[0]}`;
  return other ? `I see ${other}, but ${wanted}` : `I see ${wanted}`;
}

export function formatUndecided(
  query: Query,
  shown: readonly Candidate[],
  scene: Scene,
  unresolved: readonly string[],
): string {
  const { match, noun } = scene.detections.get(query.target)!;
  const other = whatWasSeen(scene.seen);
  const seen = other ? ` I see ${other}.` : '';
  if (match === 'unknown') {
    return `Undecided: I cannot tell, since I do not know what "${noun}" is.${seen}${foreign(query)}`;
  }
  if (shown.length === 0)
    return `Undecided: I see nothing that could be "${query.phrase}".${seen}${foreign(query)}`;
  const open = unresolved.length > 0 ? ` I cannot judge ${quoted(unresolved)}.` : '';
  const what =
    shown.length > 1
      ? `${shown.length === MAX_SHOWN ? 'At least ' : ''}${shown.length} could be "${query.text}".`
      : `I am not sure whether this is "${query.text}".`;
  return `Undecided: ${what}${open}${foreign(query)}`;
}

/** What was decided, of which the presence is not enough. @param shown candidates to choose from */
export function formatUnsure(
  query: Query,
  { outcome, candidates }: Pick<Verdict, 'outcome' | 'candidates'>,
  shown: number,
): string {
  const unsure = 'but I am not sure enough';
  const what =
    outcome === 'not-present'
      ? `"${query.text}" may not be there, ${unsure}`
      : candidates.length > 1
        ? `these may be "${query.text}", ${unsure}`
        : shown > 1
          ? `${shown} could be "${query.text}", and I am not sure enough of the first`
          : `this may be "${query.text}", ${unsure}`;
  return `Undecided: ${what}.${foreign(query)}`;
}
