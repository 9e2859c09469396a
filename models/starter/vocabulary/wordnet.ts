/** One meaning of a noun. */
export interface Sense {
  /** Offset of its synset, as written in WordNet's files. */
  readonly synset: string;
  /** How often the tagged corpora use the noun in this meaning; 0 for most. */
  readonly count: number;
}

/** Words of one meaning, with what it is a kind of turned round: its kinds. */
export interface Synset {
  /** Number of the lexicographer file: 05 animal, 06 artifact, 18 person, … */
  readonly domain: string;
  /** As written ("Great Dane"), blanks for underscores. */
  readonly words: readonly string[];
  readonly hyponyms: readonly string[];
  /** Synsets that say how the words are used (slang, slur, …). */
  readonly usages: readonly string[];
  readonly gloss: string;
}

export interface WordNet {
  readonly synsets: ReadonlyMap<string, Synset>;
  /** Lower-case noun -> its senses, the most usual one first. */
  readonly senses: ReadonlyMap<string, readonly Sense[]>;
}

export interface WordNetFiles {
  readonly dataNoun: string;
  readonly indexSense: string;
}

/** Reads WordNet's own text files (formats wndb(5WN) and senseidx(5WN)); nouns only. */
export function readWordNet({ dataNoun, indexSense }: WordNetFiles): WordNet {
  const synsets = new Map(records(dataNoun).map(readSynset));
  const numbered = new Map<string, (Sense & { readonly number: number })[]>();
  for (const line of records(indexSense)) {
    const [key = '', synset = '', number = '', count = ''] = line.split(' ');
    const [lemma = '', rest = ''] = key.split('%');
    if (!rest.startsWith('1:')) continue;
    const noun = blanks(lemma);
    const senses = numbered.get(noun) ?? [];
    senses.push({ synset, number: Number(number), count: Number(count) });
    numbered.set(noun, senses);
  }
  const senses = new Map<string, readonly Sense[]>();
  for (const [noun, list] of numbered) {
    senses.set(
      noun,
      list.toSorted((a, b) => a.number - b.number).map(({ synset, count }) => ({ synset, count })),
    );
  }
  return { synsets, senses };
}

/** Every synset at or below the roots. Instances ("Lassie" as a dog) are not kinds and stay out. */
export function kindsOf(wordnet: WordNet, roots: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const open = [...roots];
  for (let synset = open.pop(); synset !== undefined; synset = open.pop()) {
    if (seen.has(synset)) continue;
    seen.add(synset);
    open.push(...(wordnet.synsets.get(synset)?.hyponyms ?? []));
  }
  return seen;
}

const blanks = (word: string): string => word.replaceAll('_', ' ');

/** Lines that carry data: the licence at the top is indented by blanks. */
const records = (text: string): string[] => text.split('\n').filter((line) => line !== '' && line[0] !== ' ');

/** `offset file type wordcount(hex) {word lexid} pointercount {symbol offset type source/target} | gloss` */
function readSynset(line: string): [string, Synset] {
  const [facts = '', gloss = ''] = line.split(' | ');
  const field = facts.trim().split(' ');
  const [offset = '', domain = '', , wordCount = '0'] = field;
  const wordsEnd = 4 + 2 * Number.parseInt(wordCount, 16);
  const words = field.slice(4, wordsEnd).filter((_, i) => i % 2 === 0);
  const hyponyms: string[] = [];
  const usages: string[] = [];
  for (let at = wordsEnd + 1; at + 3 < field.length + 1; at += 4) {
    if (field[at] === '~') hyponyms.push(field[at + 1]!);
    if (field[at] === ';u') usages.push(field[at + 1]!);
  }
  return [offset, { domain, words: words.map(blanks), hyponyms, usages, gloss: gloss.trim() }];
}
