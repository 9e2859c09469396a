import type { ItemRecord } from '../score/item-record.ts';
import type { FailureGroup } from './failures.ts';
import { foreign, type Html, html } from './html.ts';
import { itemHtml } from './item.ts';
import { tableHtml } from './table.ts';
import type { Thumbnail } from './thumbnail.ts';
import type { Run } from './words.ts';

/** Base64 that the pictures of a page may take, in characters; further answers are shown without theirs. */
const MOST_CHARACTERS = 5e6;
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
    if (characters > MOST_CHARACTERS) return itemHtml(record, FULL);
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
