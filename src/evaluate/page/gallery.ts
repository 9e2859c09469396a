import { join, relative, resolve, sep } from 'node:path';
import { createDrawer } from '../../annotate/annotate.ts';
import { ontoCanvas, planCanvas } from '../../annotate/canvas.ts';
import type { Box } from '../../box.ts';
import { asSpotterError } from '../../errors.ts';
import { shuffled } from '../../mllm/multiple-choice.ts';
import type { Picture, Size } from '../../picture/picture.ts';
import type { PictureReader } from '../../picture/read.ts';
import { resize } from '../../picture/tensor.ts';
import { encodeJpeg } from '../../picture/text.ts';
import { grouped, type Item, type ItemRecord, itemRecord } from '../score/items.ts';
import { formatValue } from '../score/print.ts';
import { clipped, dashedRect, foreign, type Html, html, type Run, tableHtml } from './html.ts';

/** Base64 that the pictures of a page may take, in characters; further answers are shown without theirs. */
const MAX_CHARACTERS = 5e6;
const FULL: Thumbnail = { reason: 'It is left out: the page would become too large.' };

export interface Gallery {
  readonly page: Html;
  /** Files that could not be shown, and why, each once. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

/** Shows wrong answers by group, one picture after the other. @throws what `thumbnailOf` throws */
export async function gallery(
  groups: readonly FailureGroup[],
  { titled }: Run,
  thumbnailOf: (record: ItemRecord) => Promise<Thumbnail>,
): Promise<Gallery> {
  const unreadable = new Map<string, string>();
  let characters = 0;
  const draw = async (record: ItemRecord): Promise<Html> => {
    if (characters > MAX_CHARACTERS) return itemHtml(record, FULL);
    const thumbnail = await thumbnailOf(record);
    if ('reason' in thumbnail) unreadable.set(record.file_name, thumbnail.reason);
    else characters += (thumbnail.jpeg.length * 4) / 3;
    return itemHtml(record, thumbnail);
  };
  const parts: Html[] = [];
  for (const { name, all, shown } of groups) {
    const items: Html[] = [];
    for (const record of shown) items.push(await draw(record));
    if (items.length === 0) continue;
    parts.push(html`<details open><summary>${foreign(name, 120)}: ${shown.length} of ${all} shown</summary><div class="items">
${items}</div></details>
`);
  }
  const all = groups.reduce((sum, group) => sum + group.all, 0);
  const shown = groups.flatMap((group) => group.shown);
  const page = html`<section id="failures"><h2>${titled('Wrong answers')}</h2>
<p>${shown.length} of ${all} are shown, chosen by chance and evenly over the groups. ${all > 0 ? MARKS : ''}</p>
${unreadable.size > 0 ? html`<p class="warning">${unreadable.size} pictures could not be shown; the reason stands in their place.</p>` : undefined}
${all > 0 ? indexHtml(groups, titled('Wrong answers by group')) : undefined}
${shown.length > 0 ? filterHtml(shown) : undefined}${parts}</section>
`;
  return { page, unreadable: [...unreadable].map(([file, reason]) => ({ file, reason })) };
}

const MARKS = 'The dashed box is the reference; numbered ones are the first of the answer, best first.';

const indexHtml = (groups: readonly FailureGroup[], caption: string): Html =>
  tableHtml({
    caption,
    head: ['group', 'wrong', 'shown'],
    rows: groups.map(({ name, all, shown }) => [foreign(name, 120), all, shown.length]),
  });

/** Choices that the style sheet acts upon: it hides what has another outcome. */
function filterHtml(shown: readonly ItemRecord[]): Html {
  const outcomes = [...new Set(shown.map(({ outcome }) => outcome))].sort();
  const choices = ['all', ...outcomes].map(
    (outcome, i) =>
      html`<label><input type="radio" name="outcome" value="${outcome}"${i === 0 ? html` checked` : undefined}> ${outcome}</label> `,
  );
  return html`<fieldset><legend>outcome</legend>${choices}</fieldset>
`;
}

/** Wrong answers of one kind, and which of them are shown. */
export interface FailureGroup {
  readonly name: string;
  /** How many there are. */
  readonly all: number;
  readonly shown: readonly ItemRecord[];
}

export interface FailureOptions {
  /** How many are shown in all. */
  readonly most: number;
  readonly seed: number;
}

/** Chooses wrong answers by chance, as many of each group as of every other, as far as it has them. */
export function chooseFailures(items: readonly Item[], { most, seed }: FailureOptions): FailureGroup[] {
  const wrong = items.map(itemRecord).filter((record) => record.wrong);
  const groups = KINDS.flatMap((kind) =>
    grouped(
      wrong.filter((record) => kindOf(record) === kind),
      (record) => [groupOf(record)],
    ),
  );
  const sizes = evenly(
    groups.map(({ of }) => of.length),
    most,
  );
  return groups.map(({ name, of }, i) => ({
    name,
    all: of.length,
    shown: shuffled(of, seed).slice(0, sizes[i]),
  }));
}

/** How many each group gets: one more each, in turn, until all is given out or nobody has more. */
function evenly(sizes: readonly number[], most: number): number[] {
  const given = sizes.map(() => 0);
  let left = Math.min(
    most,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  while (left > 0) {
    for (const [i, size] of sizes.entries()) {
      if (left === 0 || given[i]! >= size) continue;
      given[i]! += 1;
      left -= 1;
    }
  }
  return given;
}

/** In the order of the page. Where nothing was answered, what was asked tells little. */
const KINDS = ['positive', 'negative', 'without an answer'] as const;

const kindOf = ({ outcome, kind }: ItemRecord): (typeof KINDS)[number] =>
  outcome === 'error' || outcome === 'missing' ? 'without an answer' : kind;

const NAMES: Readonly<Record<(typeof KINDS)[number], (record: ItemRecord) => string>> = {
  positive: ({ level }) => `positives, level ${level}`,
  negative: ({ group }) => `negatives, ${group}`,
  'without an answer': ({ outcome }) => `without an answer: ${outcome}`,
};

const groupOf = (record: ItemRecord): string => NAMES[kindOf(record)](record);

const ID = 120;

/** A wrong answer: its picture, what was asked, what was answered, and what was wrong with it. */
function itemHtml(record: ItemRecord, thumbnail: Thumbnail): Html {
  const { expression, outcome, id, file_name, level, tags, group } = record;
  const facts: readonly (readonly [name: string, value: string | null])[] = [
    ['presence', record.presence === null ? null : formatValue(record.presence, 'share')],
    ['first score', record.score === null ? null : formatValue(record.score, 'share')],
    ['route', record.route],
    ['time', record.ms === null ? null : `${formatValue(record.ms, 'ms')} ms`],
    ['level', String(level)],
    ['tags', tags.length > 0 ? tags.join(', ') : null],
    ['negative', group === null ? null : `${group} of ${record.positive_id ?? 'no positive'}`],
    ['id', id],
    ['file', file_name],
  ];
  return html`<figure class="item is-${outcome}">${pictureHtml(record, thumbnail)}<figcaption>
<p class="expression">${foreign(expression)}</p>
<p><span class="outcome">${outcome}</span> ${foreign(whatIsWrong(record))}</p>
<p class="details">${facts.map(([name, value]) => (value === null ? undefined : html`<span>${name} ${foreign(value, ID)}</span> `))}</p>
</figcaption></figure>
`;
}

function pictureHtml(record: ItemRecord, thumbnail: Thumbnail): Html {
  if ('reason' in thumbnail) return html`<p class="no-picture">No picture. ${foreign(thumbnail.reason)}</p>`;
  const { jpeg, width, height } = thumbnail;
  return html`<img src="data:image/jpeg;base64,${jpeg.toString('base64')}" width="${width}" height="${height}" alt="${altOf(record)}">`;
}

function altOf({ file_name, reference, boxes }: ItemRecord): string {
  const marked = boxes.map((box, i) => `box ${i + 1} at ${formatBox(box)}`);
  const parts = [...(reference ? [`reference at ${formatBox(reference)}`] : []), ...marked];
  return `${clipped(file_name, ID)}: ${parts.join(', ') || 'nothing marked'}`;
}

/** Corners in pixels of the whole picture. */
const formatBox = (box: Box): string => box.map(Math.round).join(' ');

function whatIsWrong({ error, outcome, kind, rank, boxes }: ItemRecord): string {
  if (error) return `${error.code}: ${error.message}`;
  if (outcome === 'missing') return 'There is no prediction.';
  if (kind === 'negative') return 'Nothing fits: it should not be found.';
  if (outcome === 'not-present' || boxes.length === 0) return 'It is there: the dashed box.';
  if (rank === null) return 'No box of the answer is right.';
  return `The right region is box ${rank} of the answer.`;
}

/** Longer side, in pixels. */
export const SIDE = 480;
const QUALITY = 70;

/** A small annotated picture, or why there is none. */
export type Thumbnail = ({ readonly jpeg: Buffer } & Size) | { readonly reason: string };

export interface ThumbnailOptions {
  /** The folder that file names are relative to. */
  readonly images: string;
  readonly reader: PictureReader;
}

/**
 * Draws an answer's first boxes, numbered, and the reference box, dashed. A picture that cannot be read is told.
 * @throws SpotterError cancelled, timed-out (of the signal), and nothing else
 */
export function createThumbnails({ images, reader }: ThumbnailOptions) {
  const draw = createDrawer();
  return async ({ file_name, boxes, reference }: ItemRecord, signal?: AbortSignal): Promise<Thumbnail> => {
    if (!isInside(images, file_name)) return { reason: 'It lies outside the folder of the images.' };
    try {
      const picture = await reader.read(join(images, file_name), signal ? { signal } : {});
      // Scaled down before anything is drawn, so that numbers and lines keep a size that can be read.
      const small = { ...picture, raster: await resize(picture.raster, sizeOf(picture), 'cubic') };
      const drawing = await draw(
        small,
        boxes.map((box) => ({ box })),
        { style: 'candidates' },
      );
      const plan = planCanvas(small.raster);
      if (reference) dashedRect(drawing, ontoCanvas(plan, picture, reference), plan.line);
      const jpeg = await encodeJpeg(drawing, { quality: QUALITY, maxSide: SIDE });
      return { jpeg, ...fitted(drawing) };
    } catch (thrown) {
      if (signal?.aborted) throw asSpotterError(thrown);
      return { reason: asSpotterError(thrown).message };
    }
  };
}

/** A set is somebody else's: it does not choose which of the reader's other pictures are put into a page. */
function isInside(folder: string, file: string): boolean {
  const path = relative(resolve(folder), join(resolve(folder), file));
  return path !== '..' && !path.startsWith(`..${sep}`);
}

const sizeOf = ({ raster }: Picture): Size => fitted(raster);

function fitted({ width, height }: Size): Size {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: scaled(width), height: scaled(height) };
}
