import { type Html, html } from './html.ts';

/** A line under a plot that says what its marks mean. */
export interface Key {
  /** In the middle of a square of 16 units. */
  readonly mark: Html;
  readonly words: string;
}

export const legend = (keys: readonly Key[]): Html =>
  html`<ul class="legend">${keys.map(
    ({ mark, words }) => html`<li><svg viewBox="0 0 16 16" aria-hidden="true">${mark}</svg>${words}</li>`,
  )}</ul>`;
