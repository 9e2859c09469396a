import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { SpotterError } from '../errors.ts';
import { MAX_EXPRESSION_LENGTH } from '../expression/query.ts';

/** Words for a language model, with slots to be filled. */
export interface Prompt {
  /** "ground/unit-xyxy": the file's name, and the variant's where it has several. */
  readonly name: string;
  readonly purpose: string;
  /** What answer is expected, in words. */
  readonly answer: string;
  readonly slots: readonly string[];
  /** Of the words, hex: part of cache keys and traces. */
  readonly sha256: string;
  /**
   * The words with each slot replaced by its value. Values are text: slots in them stay as they are.
   * @throws SpotterError internal, for a slot that is missing or unknown
   */
  fill(values: Readonly<Record<string, string>>): string;
}

const FOLDER = new URL('../../prompts/', import.meta.url);
const SLOT = /\{\{([a-z_]+)\}\}/g;
const known = new Map<string, ReadonlyMap<string, Prompt>>();

/**
 * A prompt that comes with Spotter: "select", or one variant of a file, "ground/unit-xyxy".
 *
 * @example
 * loadPrompt('select-or-none')
 * @throws SpotterError bad-config, for a prompt that is not there or not well-formed
 */
export function loadPrompt(name: string): Prompt {
  const file = name.split('/', 1)[0]!;
  const prompts = known.get(file) ?? readPrompts(file, readFile(file));
  known.set(file, prompts);
  const prompt = prompts.get(name);
  if (prompt) return prompt;
  throw badPrompt(file, `there is no "${name}"; there is ${[...prompts.keys()].join(', ')}`);
}

/** Of all prompts together, hex: whatever a language model was asked with depends on no other words. */
export function promptsHash(): string {
  const files = readdirSync(FOLDER)
    .filter((name) => /^[a-z-]+\.md$/.test(name))
    .toSorted();
  const hash = createHash('sha256');
  for (const name of files) hash.update(readFile(name.slice(0, -'.md'.length)));
  return hash.digest('hex');
}

function readFile(file: string): string {
  try {
    if (!/^[a-z-]+$/.test(file)) throw new Error('not the name of a prompt');
    return readFileSync(new URL(`${file}.md`, FOLDER), 'utf8');
  } catch (cause) {
    throw badPrompt(file, 'it cannot be read', cause);
  }
}

/**
 * All prompts of a file, by name. What the header declares and what the words use must be the same.
 * @throws SpotterError bad-config
 */
export function readPrompts(file: string, content: string): ReadonlyMap<string, Prompt> {
  // The same words have the same hash, whatever an editor or a checkout made of the ends of lines.
  const parts = /^---\n(.*?)\n---\n(.*)$/s.exec(content.replace(/\r\n?/g, '\n'));
  if (!parts) throw badPrompt(file, 'it has no header between two lines of ---');
  const { purpose, answer, slots } = readHeader(file, parts[1]!);
  const declared = slots.split(',').flatMap((slot) => slot.trim() || []);
  const prompts = variants(file, parts[2]!).map(([name, words]) => {
    const used = [...new Set(Array.from(words.matchAll(SLOT), (m) => m[1]!))];
    const bare = words.replace(SLOT, '');
    if (/\{\{|\}\}/.test(bare)) throw badPrompt(file, 'a slot is not written {{like_this}}');
    if (bare.trim() === '' && used.length === 0) throw badPrompt(file, `"${name}" says nothing`);
    return createPrompt({ name, purpose, answer, slots: used }, words);
  });
  const used = new Set(prompts.flatMap((prompt) => prompt.slots));
  const odd = [...declared.filter((s) => !used.has(s)), ...[...used].filter((s) => !declared.includes(s))];
  if (odd.length > 0) throw badPrompt(file, `its header and its words differ in ${odd.join(', ')}`);
  const byName = new Map(prompts.map((prompt) => [prompt.name, prompt]));
  if (byName.size < prompts.length) throw badPrompt(file, 'two variants have one name');
  return byName;
}

function readHeader(file: string, header: string): { purpose: string; answer: string; slots: string } {
  const lines = header.split('\n').filter((line) => line.trim() !== '');
  const entries = lines.map((line) => /^(purpose|answer|slots):(.*)$/.exec(line)?.slice(1));
  const { purpose, answer, slots } = Object.fromEntries(
    entries.flatMap((entry) => (entry ? [[entry[0], entry[1]!.trim()]] : [])),
  ) as Partial<Record<'purpose' | 'answer' | 'slots', string>>;
  if (purpose && answer && slots !== undefined && entries.length === 3) return { purpose, answer, slots };
  throw badPrompt(file, 'its header needs a line each for purpose, answer and slots, and no other');
}

function variants(file: string, body: string): [name: string, words: string][] {
  const [before, ...rest] = body.split(/^=== (.*)$/m);
  if (rest.length === 0) return [[file, body.trim()]];
  if (before!.trim() !== '') throw badPrompt(file, 'there are words before the first variant');
  return Array.from({ length: rest.length / 2 }, (_, i) => [
    `${file}/${rest[2 * i]!.trim()}`,
    rest[2 * i + 1]!.trim(),
  ]);
}

function createPrompt(about: Omit<Prompt, 'sha256' | 'fill'>, words: string): Prompt {
  return {
    ...about,
    sha256: createHash('sha256').update(words).digest('hex'),
    fill(values) {
      const missing = about.slots.filter((slot) => !Object.hasOwn(values, slot));
      const unknown = Object.keys(values).filter((slot) => !about.slots.includes(slot));
      if (missing.length + unknown.length > 0) {
        const problems = [...missing.map((s) => `${s} is missing`), ...unknown.map((s) => `${s} is unknown`)];
        throw new SpotterError('internal', undefined, `Prompt ${about.name}: ${problems.join(', ')}.`);
      }
      // One pass with a function: neither "{{options}}" nor "$&" in a value means anything.
      return words.replace(SLOT, (_, slot: string) => values[slot]!);
    },
  };
}

const badPrompt = (file: string, why: string, cause?: unknown): SpotterError =>
  new SpotterError('bad-config', 'A prompt cannot be used.', `prompts/${file}.md: ${why}.`, cause);

/**
 * Somebody else's words, to stand between double quotes in a prompt: one line, without anything that could end the
 * quotation or mean something to a chat template ("<|im_end|>", "[INST]"). Quotation marks become apostrophes,
 * angle and square brackets parentheses; what cannot be seen is dropped; what is too long is cut off.
 */
export function quoted(text: string, length = MAX_EXPRESSION_LENGTH): string {
  const line = text
    .slice(0, 8 * length)
    .replace(/\s+/gu, ' ')
    .replace(/(?![\u200c\u200d])\p{C}/gu, '')
    .normalize('NFC')
    .replace(/\p{Quotation_Mark}/gu, "'")
    .replace(/[<[]/g, '(')
    .replace(/[>\]]/g, ')')
    .replace(/ +/g, ' ')
    .trim();
  return Array.from(line).slice(0, length).join('').trim();
}
