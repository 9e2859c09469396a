import { writeFileAtomic } from '../../files.ts';
import { createPictureReader, type PictureReader } from '../../picture/read.ts';
import { throwIfStopped } from '../../picture/stop.ts';
import type { Scores } from '../score/scores.ts';
import { chooseFailures } from './failures.ts';
import { type Gallery, gallery } from './gallery.ts';
import { pageHtml } from './page.ts';
import { createThumbnails } from './thumbnail.ts';
import { runOf } from './words.ts';

/** More make a page that nobody reads, and that browsers open slowly. */
const MOST = 500;

export interface ReportOptions {
  readonly scores: Scores;
  /** The folder that file names of annotations are relative to. */
  readonly images: string;
  /** The file to write. */
  readonly out: string;
  /** One that remembers little, unless given. */
  readonly reader?: PictureReader;
  readonly signal?: AbortSignal;
  /** "Evaluation" unless given. */
  readonly title?: string;
  /** What else is to be said of the run or the set, a line each. */
  readonly notes?: readonly string[];
  /** How many wrong answers are shown; 60 unless told, and never more than 500. */
  readonly most?: number;
  /** Of the choice of these; 1 unless told. */
  readonly seed?: number;
}

export interface WrittenReport {
  readonly bytes: number;
  /** Wrong answers, and how many of them the page shows. */
  readonly failures: { readonly all: number; readonly shown: number };
  readonly unreadable: Gallery['unreadable'];
}

/**
 * Writes scores as one HTML file that needs nothing else: figures, plots, and wrong answers with their pictures, which
 * are read one after the other. Pictures that cannot be read are told in the page.
 * @throws SpotterError cannot-write, cancelled, timed-out
 */
export async function writeReport({
  scores,
  images,
  out,
  reader = createPictureReader(),
  signal,
  title = 'Evaluation',
  notes = [],
  most = 60,
  seed = 1,
}: ReportOptions): Promise<WrittenReport> {
  const run = runOf(scores.name);
  const groups = chooseFailures(scores.items.all, { most: Math.min(most, MOST), seed });
  const thumbnailOf = createThumbnails({ images, reader });
  const { page: failures, unreadable } = await gallery(groups, run, (record) => thumbnailOf(record, signal));
  throwIfStopped(signal);
  const page = pageHtml(scores, { run, title, notes, failures }).markup;
  await writeFileAtomic(out, page);
  return {
    bytes: Buffer.byteLength(page),
    failures: {
      all: groups.reduce((sum, group) => sum + group.all, 0),
      shown: groups.reduce((sum, group) => sum + group.shown.length, 0),
    },
    unreadable,
  };
}
