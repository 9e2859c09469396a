import type { OfferSize } from '../../strategy/offer.ts';
import type { NoPhoto } from './photo.ts';
import type { Missing } from './pool.ts';

/** Why a positive is in no file, or only in the one with None. */
export type Skip = 'bad-expression' | 'bad-box' | NoPhoto | Missing | 'single';

export const SKIPS: Readonly<Record<Skip, string>> = {
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
  /** LLaMA-Factory's table, where both are entered. */
  readonly datasetInfo: string;
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
    `Both are entered in ${r.datasetInfo}`,
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
