import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import * as z from 'zod';
import type { OfferSize } from '../../config.ts';
import { SpotterError } from '../../errors.ts';
import { formatMultipleChoice, type MultipleChoice, type Offerable } from '../../mllm/multiple-choice.ts';
import { readHeader } from '../../picture/inspect.ts';
import type { Size } from '../../picture/picture.ts';
import type { Annotation } from '../prediction.ts';
import type { Missing } from './candidates.ts';

/** A picture that a record can be about. */
export interface Photo {
  /** As LLaMA-Factory is to find it: relative to its media folder, with slashes. */
  readonly path: string;
  readonly size: Size;
}

/** Why there is none. */
export type NoPhoto = 'no-file' | 'unreadable-file' | 'turned-file' | 'other-size';

/** Pictures by annotation; each file is looked at once, and none is decoded. */
export function createPhotos(images: string, mediaDir: string) {
  const known = new Map<string, Promise<Photo | 'no-file' | 'unreadable-file' | 'turned-file'>>();
  return async ({ file_name, width, height }: Annotation): Promise<Photo | NoPhoto> => {
    const looked = known.get(file_name) ?? look(join(images, file_name), mediaDir);
    known.set(file_name, looked);
    const photo = await looked;
    if (typeof photo === 'string') return photo;
    const fits =
      (width ?? photo.size.width) === photo.size.width && (height ?? photo.size.height) === photo.size.height;
    return fits ? photo : 'other-size';
  };
}

async function look(
  file: string,
  mediaDir: string,
): Promise<Photo | 'no-file' | 'unreadable-file' | 'turned-file'> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return 'no-file';
  try {
    const { turned, width, height } = await readHeader(file);
    // LLaMA-Factory opens pictures without turning them, so that the boxes of the prompt would lie elsewhere.
    if (turned) return 'turned-file';
    return { path: mediaPath(file, mediaDir), size: { width, height } };
  } catch {
    return 'unreadable-file';
  }
}

/** Where LLaMA-Factory is to look for a file, with slashes on every system. */
export const mediaPath = (file: string, mediaDir: string): string =>
  relative(resolve(mediaDir), resolve(file)).split(sep).join('/');

/** Where LLaMA-Factory puts the picture: once for each of them. */
export const IMAGE_TOKEN = '<image>';

/** One line of a set: LLaMA-Factory's "sharegpt" format with the keys of the OpenAI one. */
export const TuningRecord = z.object({
  messages: z.tuple([
    z.object({ role: z.literal('user'), content: z.string() }),
    z.object({ role: z.literal('assistant'), content: z.string() }),
  ]),
  images: z.array(z.string()).min(1),
});

export type TuningRecord = z.infer<typeof TuningRecord>;

/** The very prompt that the CRS strategy sends, and the letter that answers it. */
export function toRecord<C extends Offerable>(
  offer: MultipleChoice<C>,
  expression: string,
  { path, size }: Photo,
  answer: string,
): TuningRecord {
  return {
    messages: [
      { role: 'user', content: IMAGE_TOKEN + formatMultipleChoice(offer, expression, size).text },
      { role: 'assistant', content: answer },
    ],
    images: [path],
  };
}

/** LLaMA-Factory's table of data sets: it looks for a file of this name in its dataset folder. */
export const DATASET_INFO = 'dataset_info.json';

const Table = z.record(z.string(), z.unknown());

/** How LLaMA-Factory reads our files: its data/README.md, "Sharegpt Format" and "OpenAI Format". */
const datasetEntry = (fileName: string) => ({
  file_name: fileName,
  formatting: 'sharegpt',
  columns: { messages: 'messages', images: 'images' },
  tags: { role_tag: 'role', content_tag: 'content', user_tag: 'user', assistant_tag: 'assistant' },
});

/**
 * The text of a table with these data sets in it, whatever else stands there.
 * @param fileNames by the name of each data set
 * @throws SpotterError cannot-write: there is a table that cannot be read, and so would be lost
 */
export async function withDatasets(
  table: string,
  fileNames: Readonly<Record<string, string>>,
): Promise<string> {
  const there = existsSync(table) ? parse(await readFile(table, 'utf8'), table) : {};
  const ours = Object.entries(fileNames).map(([name, file]) => [name, datasetEntry(file)] as const);
  return `${JSON.stringify({ ...there, ...Object.fromEntries(ours) }, null, 2)}\n`;
}

function parse(text: string, table: string): Record<string, unknown> {
  try {
    return Table.parse(JSON.parse(text));
  } catch (cause) {
    throw new SpotterError(
      'cannot-write',
      `${table} is there, and is not a table of data sets.`,
      'Mend it or move it away: it would be overwritten.',
      cause,
    );
  }
}

/** Why a positive is in no file, or only in the one with None. */
export type Skip = 'bad-expression' | 'bad-box' | NoPhoto | Missing | 'single';

const SKIPS: Readonly<Record<Skip, string>> = {
  'bad-expression': 'the expression is empty or too long',
  'bad-box': 'the reference box is empty or outside of the picture',
  'no-file': 'the image file does not exist',
  'unreadable-file': 'the image file cannot be read',
  'turned-file': 'the image file is stored turned (EXIF), which LLaMA-Factory ignores',
  'other-size': 'the image file has another size than the annotation says',
  'no-candidates': 'there are no candidates for it',
  'not-proposed': 'no candidate has an IoU of 0.5 or more with the reference box',
  'beyond-k': 'the first candidate that has comes after the k that are offered',
  single: 'only one candidate: nothing to choose without None (missing in the first file only)',
};

/** How often an option is the answer, and how often it would be if all options of each offer were equally likely. */
export interface LetterCount {
  readonly count: number;
  readonly even: number;
}

/** What one file holds. */
export interface SetReport {
  /** Its name in LLaMA-Factory's table. */
  readonly dataset: string;
  readonly file: string;
  readonly records: number;
  /** Answers that are a region by letter, since offers differ in size; and "None", where it is offered. */
  readonly letters: Readonly<Record<string, LetterCount>>;
  /** Offers by how many regions they have, None not counted. */
  readonly offers: Readonly<Record<string, number>>;
}

export interface NoneReport {
  /** The expression's own box was taken out of the offer. */
  readonly removed: number;
  /** The expression is of another picture. */
  readonly foreign: number;
  /** Removed because no expression of another picture could be taken, or the other way round. */
  readonly instead: number;
  /** That are missing to the share asked for. */
  readonly short: number;
}

export interface Skipped {
  readonly count: number;
  /** The first few. */
  readonly ids: readonly string[];
}

export interface TuningReport {
  readonly seed: number;
  readonly k: OfferSize;
  readonly annotations: number;
  readonly positives: number;
  /** Positives that `limit` left out. */
  readonly beyondLimit: number;
  readonly skipped: Readonly<Partial<Record<Skip, Skipped>>>;
  /** Offers that got the reference box, since nothing proposed was right. */
  readonly inserted: number;
  /** Candidates left out of offers since they were right as well. */
  readonly rivals: number;
  readonly positivesOnly: SetReport;
  readonly withNone: SetReport & { readonly none: NoneReport };
  /** LLaMA-Factory's table, where both are entered; the other trainers have none. */
  readonly datasetInfo?: string;
  /** How a set is given to its trainer. */
  readonly usage: string;
  /** Lines of the candidate file that could not be read. */
  readonly problems: readonly string[];
}

const BAR = 40;
const PROBLEMS_SHOWN = 5;

/** The report as text for a terminal: every share with its counts. */
export function printTuningReport(r: TuningReport): string {
  const { withNone, positivesOnly } = r;
  const skips = Object.entries(r.skipped) as [Skip, Skipped][];
  return [
    `${r.positives} of ${r.annotations} annotations are positives; seed ${r.seed}, at most ${r.k} candidates offered`,
    ...(r.beyondLimit ? [`  ${r.beyondLimit} left out by the limit`] : []),
    ...skips.map(([skip, { count, ids }]) => `  ${count} skipped: ${SKIPS[skip]} (${some(ids, count)})`),
    ...(r.inserted ? [`  ${r.inserted} offers with the reference box inserted`] : []),
    ...(r.rivals ? [`  ${r.rivals} candidates left out that were right as well`] : []),
    ...problemLines(r.problems),
    '',
    `${positivesOnly.dataset}: ${positivesOnly.records} records, positives only`,
    `  ${positivesOnly.file}`,
    ...chart(positivesOnly),
    '',
    `${withNone.dataset}: ${withNone.records} records, ${noneText(withNone)}`,
    `  ${withNone.file}`,
    ...chart(withNone),
    ...(withNone.none.short ? [`  ${withNone.none.short} None records short of the share asked for`] : []),
    '',
    r.datasetInfo === undefined ? `For training: ${r.usage}` : `Both are entered in ${r.datasetInfo}`,
  ].join('\n');
}

function noneText({ records, none }: TuningReport['withNone']): string {
  const all = none.removed + none.foreign;
  const instead = none.instead ? `; ${none.instead} of them instead of the other kind` : '';
  return `${all} of them None (${percent(all, records)}): own box removed ${none.removed}, expression of another picture ${none.foreign}${instead}`;
}

/** One bar for each letter and None, with what it would be if every option were equally likely. */
function chart({ letters, records }: SetReport): string[] {
  const rows = Object.entries(letters);
  const most = Math.max(1, ...rows.map(([, { count }]) => count));
  return rows.map(([name, { count, even }]) => {
    const bar = '#'.repeat(Math.round((count / most) * BAR)).padEnd(BAR);
    const share = `${String(count).padStart(6)}/${records} ${percent(count, records).padStart(7)}`;
    return `  ${name.padEnd(4)} ${bar} ${share}  even ${even.toFixed(1)}`;
  });
}

function problemLines(problems: readonly string[]): string[] {
  if (problems.length === 0) return [];
  const shown = problems.slice(0, PROBLEMS_SHOWN).map((problem) => `    ${problem}`);
  return [`  lines of the candidate file that could not be read: ${problems.length}`, ...shown];
}

const some = (ids: readonly string[], count: number): string =>
  `${ids.join(', ')}${count > ids.length ? ', …' : ''}`;

const percent = (part: number, of: number): string =>
  of === 0 ? '-' : `${((100 * part) / of).toFixed(1)} %`;

const IDS_KEPT = 3;
const letterAt = (place: number): string => String.fromCharCode('A'.charCodeAt(0) + place);

/**
 * Counts what goes into one file.
 * @param none whether None is one more option of its offers
 */
export function createTally(none: boolean) {
  const offers = new Map<number, number>();
  const letters = new Map<string, number>();
  let [records, nones] = [0, 0];
  /** How often the option at a place would be the answer if all options of each offer were equally likely. */
  const even = (isThere: (options: number) => boolean): number =>
    [...offers].reduce((sum, [n, count]) => (isThere(n) ? sum + count / (none ? n + 1 : n) : sum), 0);
  return {
    /** @param letter of the region that is the answer; undefined where it is None */
    add(options: number, letter: string | undefined): void {
      records++;
      increase(offers, options);
      if (letter === undefined) nones++;
      else increase(letters, letter);
    },
    report(): Pick<SetReport, 'records' | 'letters' | 'offers'> {
      const widest = Math.max(0, ...offers.keys());
      const rows = Array.from({ length: widest }, (_, place): [string, LetterCount] => [
        letterAt(place),
        { count: letters.get(letterAt(place)) ?? 0, even: even((n) => n > place) },
      ]);
      if (none) rows.push(['None', { count: nones, even: even(() => true) }]);
      const sizes = [...offers].toSorted(([a], [b]) => a - b);
      return { records, letters: Object.fromEntries(rows), offers: Object.fromEntries(sizes) };
    },
  };
}

/** Counts what is left out, by reason. */
export function createSkipped() {
  const skipped: Partial<Record<Skip, { count: number; ids: string[] }>> = {};
  return {
    skipped: skipped as Readonly<Partial<Record<Skip, Skipped>>>,
    add(skip: Skip, id: string): void {
      skipped[skip] ??= { count: 0, ids: [] };
      const entry = skipped[skip];
      entry.count++;
      if (entry.ids.length < IDS_KEPT) entry.ids.push(id);
    },
  };
}

const increase = <K>(counts: Map<K, number>, key: K): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);
