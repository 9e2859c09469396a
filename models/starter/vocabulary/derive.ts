import type { MatchKind } from '../../../src/detector/detector.ts';
import { kindsOf, type Synset, type WordNet } from './wordnet.ts';

/** Nouns that stand in one relation to the same labels. */
export interface Group {
  readonly match: Exclude<MatchKind, 'unknown'>;
  readonly labels: readonly string[];
  readonly nouns: readonly string[];
}

export interface Recipe {
  /** Label -> its synsets, as `word#sense`; the first is the class itself, further ones are kinds of it. */
  readonly anchors: Readonly<Record<string, readonly string[]>>;
  /** Decided by a person; these win over WordNet, and within them no noun may stand twice. */
  readonly byHand: readonly Group[];
  /** Person words that also name things, and still mean the person when one points at a picture. */
  readonly persons: ReadonlySet<string>;
  /** Left unknown, whatever WordNet says. */
  readonly unknown: ReadonlySet<string>;
}

/** Lexicographer files of what a camera can see: animals, artifacts, bodies, food, objects, persons, plants. */
const VISIBLE = new Set(['05', '06', '08', '13', '17', '18', '20']);
/** Things that a person word could be mistaken for. */
const THINGS = new Set(['05', '06', '13', '20']);
const PERSON = '18';
const CRUDE = /\b(slur|offensive|obscene|derogatory|disparag|vulgar|slang|ethnic|prostitut|sexual)/i;

/**
 * The table noun -> acquaintance. Words of a class's first synset are `same`, those of its others and below
 * `narrower`, as far as the meaning under the class is what the word means first. Words for persons must be in
 * use, or compounds of one that is.
 * @throws Error when a hand-written noun stands in two groups, or an anchor is not in WordNet
 */
export function deriveVocabulary(wordnet: WordNet, recipe: Recipe): Group[] {
  const table = new Map<string, { match: Group['match']; labels: readonly string[] }>();
  for (const { match, labels, nouns } of recipe.byHand) {
    for (const noun of nouns) {
      if (table.has(noun)) throw new Error(`"${noun}" stands twice in the hand-written lists`);
      if (recipe.unknown.has(noun)) throw new Error(`"${noun}" is written down as known and as unknown`);
      table.set(noun, { match, labels });
    }
  }
  for (const [label, anchors] of Object.entries(recipe.anchors)) {
    const roots = anchors.map((anchor) => synsetOf(wordnet, anchor));
    for (const { noun, id } of nounsBelow(wordnet, roots)) {
      if (table.has(noun) || recipe.unknown.has(noun) || !means(wordnet, noun, id, recipe)) continue;
      if (isRarePerson(wordnet, noun, id, recipe) && !table.get(head(noun))?.labels.includes(label)) continue;
      table.set(noun, { match: id === roots[0] ? 'same' : 'narrower', labels: [label] });
    }
  }
  return grouped(table);
}

/** Words of the roots and below; single words before compounds, so that a compound can ask after its head. */
function nounsBelow(wordnet: WordNet, roots: readonly string[]): { noun: string; id: string }[] {
  const found = [...kindsOf(wordnet, roots)].flatMap((id) => {
    const synset = wordnet.synsets.get(id);
    return synset === undefined || isCrude(wordnet, synset) ? [] : synset.words.map((noun) => ({ noun, id }));
  });
  return found.toSorted((a, b) => a.noun.split(' ').length - b.noun.split(' ').length);
}

const head = (noun: string): string => noun.slice(noun.lastIndexOf(' ') + 1);

/** WordNet has 7,000 words for persons, most of them never used: never in the tagged corpora, that is. */
function isRarePerson(wordnet: WordNet, noun: string, id: string, { persons }: Recipe): boolean {
  if (wordnet.synsets.get(id)?.domain !== PERSON || persons.has(noun)) return false;
  return !wordnet.senses.get(noun)?.some(({ synset, count }) => synset === id && count > 0);
}

/** Whether a picture's `noun` is understood as this synset. Capitalised words are names and are not. */
function means(wordnet: WordNet, noun: string, id: string, { persons }: Recipe): boolean {
  if (!/^[a-z][a-z' -]+$/.test(noun)) return false;
  const senses = (wordnet.senses.get(noun) ?? []).map(({ synset }) => synset);
  const domain = (synset: string) => wordnet.synsets.get(synset)?.domain ?? '';
  const common = senses.filter((synset) => wordnet.synsets.get(synset)?.words.includes(noun));
  if (domain(id) !== PERSON) return common.find((synset) => VISIBLE.has(domain(synset))) === id;
  return common[0] === id && (persons.has(noun) || !common.some((synset) => THINGS.has(domain(synset))));
}

function isCrude(wordnet: WordNet, { gloss, usages }: Synset): boolean {
  return CRUDE.test(gloss) || usages.some((id) => CRUDE.test(wordnet.synsets.get(id)?.words.join(' ') ?? ''));
}

function synsetOf(wordnet: WordNet, anchor: string): string {
  const [word = '', number = ''] = anchor.split('#');
  const sense = wordnet.senses.get(word)?.[Number(number) - 1];
  if (sense === undefined) throw new Error(`WordNet has no ${anchor}`);
  return sense.synset;
}

function grouped(table: ReadonlyMap<string, { match: Group['match']; labels: readonly string[] }>): Group[] {
  const groups = new Map<string, Group & { nouns: string[] }>();
  for (const noun of [...table.keys()].sort()) {
    const { match, labels } = table.get(noun)!;
    const sorted = labels.toSorted();
    const key = `${match} ${sorted.join('|')}`;
    const group = groups.get(key) ?? { match, labels: sorted, nouns: [] };
    group.nouns.push(noun);
    groups.set(key, group);
  }
  return [...groups.keys()].sort().map((key) => groups.get(key)!);
}
