import type { NounPhrase, Query } from '../language/query.ts';
import type { Picture } from '../picture/picture.ts';
import type { Acquaintance, Region, Specialist } from '../specialist/specialist.ts';

/** What a specialist makes of one noun phrase. */
export interface Sighting {
  /** The reading of the noun that it knows best ("glass" of "antique wine glass"). */
  readonly noun: string;
  readonly match: Acquaintance;
  /** Words of the longer name that were left over ("antique"). */
  readonly dropped: string;
  readonly regions: readonly Region[];
}

/** Everything the reasoning looks at. */
export interface Scene {
  readonly picture: Picture;
  readonly sightings: ReadonlyMap<NounPhrase, Sighting>;
  /** Whatever was seen, asked for or not, best first. */
  readonly seen: readonly Region[];
}

/** All noun phrases of a query, the target first. */
export function nounPhrases({ target }: Query): NounPhrase[] {
  const within = (phrase: NounPhrase): NounPhrase[] => [
    phrase,
    ...phrase.constraints.flatMap((k) => (k.kind === 'relation' ? k.to.flatMap(within) : [])),
  ];
  return within(target);
}

/** Asks the specialist, in one run, for all nouns of the query that it knows. */
export async function sight(
  query: Query,
  picture: Picture,
  specialist: Specialist,
  signal?: AbortSignal,
): Promise<Scene> {
  const options = signal ? { signal } : {};
  const readings = nounPhrases(query).map((phrase) => ({ phrase, ...bestReading(phrase, specialist) }));
  const nouns = [...new Set(readings.filter((r) => r.match !== 'unknown').map((r) => r.noun))];
  const proposals = await specialist.propose(picture, nouns, options);
  const byNoun = new Map(nouns.map((noun, i) => [noun, proposals[i] ?? []]));
  const seen = specialist.survey ? await specialist.survey(picture, options) : proposals.flat();
  // Of a thing that it cannot name the specialist may still have seen where things are.
  const sightings = readings.map(({ phrase, ...reading }): [NounPhrase, Sighting] => {
    const regions = byNoun.get(reading.noun) ?? (phrase === query.target ? seen : []);
    return [phrase, { ...reading, regions }];
  });
  return { picture, seen, sightings: new Map(sightings) };
}

type Reading = Omit<Sighting, 'regions'>;

/** The most specific reading that the specialist knows. */
function bestReading({ nouns }: NounPhrase, specialist: Specialist): Reading {
  const longest = nouns[0] ?? '';
  for (const noun of nouns) {
    const { match } = specialist.knows(noun);
    const dropped = longest.slice(0, longest.length - noun.length).trim();
    if (match !== 'unknown') return { noun, match, dropped };
  }
  return { noun: longest, match: 'unknown', dropped: '' };
}
