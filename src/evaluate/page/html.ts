/** Markup that may stand in a page as it is; only `html` and `asMarkup` make it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  toString(): string {
    return this.markup;
  }
}

/** What a template takes: text and numbers, which are escaped, markup, and several of these; nothing of undefined. */
export type Piece = Html | string | number | undefined | readonly Piece[];

/**
 * A template whose pieces are escaped, so that a text can neither end an attribute nor begin an element.
 *
 * @example
 * html`<p title="${fileName}">${expression}</p>`;
 */
export const html = (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html =>
  new Html(strings.map((text, i) => (i === 0 ? text : markupOf(pieces[i - 1]) + text)).join(''));

/** Text of the project's own as markup, such as a style sheet; never anything that was read. */
export const asMarkup = (own: string): Html => new Html(own);

const markupOf = (piece: Piece): string => {
  if (piece === undefined) return '';
  if (piece instanceof Html) return piece.markup;
  return typeof piece === 'object' ? piece.map(markupOf).join('') : escaped(String(piece));
};

// Control characters are no text: some end what a browser reads.
const escaped = (text: string): string =>
  text
    .replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, '\ufffd');

/** As much of a text as `most` characters hold, with an ellipsis where something was left out. */
export function clipped(text: string, most: number): string {
  // Cut before it is split: one may be megabytes long.
  const letters = Array.from(text.slice(0, 2 * most + 2));
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`;
}

/** A text of others: not too long, and on its own where it turns the direction of writing. */
export const foreign = (text: string, most = 500): Html => html`<bdi>${clipped(text, most)}</bdi>`;
