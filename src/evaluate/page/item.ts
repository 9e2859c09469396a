import type { Box } from '../../box.ts';
import type { ItemRecord } from '../score/item-record.ts';
import { sayValue } from '../score/words.ts';
import { clipped, foreign, type Html, html } from './html.ts';
import type { Thumbnail } from './thumbnail.ts';

const ID = 120;

/** A wrong answer: its picture, what was asked, what was answered, and what was wrong with it. */
export function itemHtml(record: ItemRecord, thumbnail: Thumbnail): Html {
  const { expression, outcome, id, file_name, level, tags, group } = record;
  const facts: readonly (readonly [name: string, value: string | null])[] = [
    ['presence', record.presence === null ? null : sayValue(record.presence, 'share')],
    ['first score', record.score === null ? null : sayValue(record.score, 'share')],
    ['route', record.route],
    ['time', record.ms === null ? null : `${sayValue(record.ms, 'ms')} ms`],
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
  const marked = boxes.map((box, i) => `box ${i + 1} at ${sayBox(box)}`);
  const parts = [...(reference ? [`reference at ${sayBox(reference)}`] : []), ...marked];
  return `${clipped(file_name, ID)}: ${parts.join(', ') || 'nothing marked'}`;
}

/** Corners in pixels of the whole picture. */
const sayBox = (box: Box): string => box.map(Math.round).join(' ');

function whatIsWrong({ error, outcome, kind, rank, boxes }: ItemRecord): string {
  if (error) return `${error.code}: ${error.message}`;
  if (outcome === 'missing') return 'There is no prediction.';
  if (kind === 'negative') return 'Nothing fits: it should not be found.';
  if (outcome === 'not-present' || boxes.length === 0) return 'It is there: the dashed box.';
  if (rank === null) return 'No box of the answer is right.';
  return `The right region is box ${rank} of the answer.`;
}
