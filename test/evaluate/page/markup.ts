import { Html } from '../../../src/evaluate/page/html.ts';

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** All text within it. */
  text: string;
  readonly parents: readonly Element[];
}

const VOID = new Set(['meta', 'img', 'br', 'input']);
const TOKEN = /<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?: [A-Za-z0-9:-]+(?:="[^"<>]*")?)*)(\/?)>|([^<]+)/y;
const ATTRIBUTE = /([A-Za-z0-9:-]+)(?:="([^"]*)")?/g;

const decoded = (text: string): string => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));

/** The elements of markup in their order. It is read strictly: what is not well formed, or not quoted, throws. */
export function elementsOf(markup: Html | string): Element[] {
  const source = markup instanceof Html ? markup.markup : markup;
  const all: Element[] = [];
  const open: Element[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) throw new Error(`No markup: ${source.slice(from, from + 80)}`);
    const [, closing, name, attributes = '', selfClosing, text] = match;
    if (text !== undefined) for (const element of open) element.text += decoded(text);
    if (name === undefined) continue;
    if (closing) {
      const last = open.pop();
      if (last?.name !== name) throw new Error(`</${name}> closes <${last?.name}>`);
      continue;
    }
    const pairs = [...attributes.matchAll(ATTRIBUTE)].map(([, key, value = '']) => [key, decoded(value)]);
    const element = { name, attributes: Object.fromEntries(pairs), text: '', parents: [...open] };
    all.push(element);
    if (!selfClosing && !VOID.has(name)) open.push(element);
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)!.name}> is not closed`);
  return all;
}

export const ofClass = (elements: readonly Element[], name: string): Element[] =>
  elements.filter(({ attributes }) => attributes.class?.split(' ').includes(name));

/** A number that an attribute holds. */
export const number = ({ attributes }: Element, key: string): number => Number(attributes[key]);

/** The points of a path that consists of straight lines. */
export const pointsOf = ({ attributes }: Element): [number, number][] =>
  attributes
    .d!.split(/[ML]/)
    .slice(1)
    .map((point) => point.split(' ').map(Number) as [number, number]);

/** What is shown where a pointer rests on an element. */
export function tooltipOf(elements: readonly Element[], element: Element): string | undefined {
  return elements.find(({ name, parents }) => name === 'title' && parents.at(-1) === element.parents.at(-1))
    ?.text;
}

/** Where the line of a tick lies whose words are these: its y of a value on the left, its x of one below. */
export function tickAt(elements: readonly Element[], words: string, of: 'x' | 'y'): number {
  const i = elements.findIndex((e) => e.name === 'text' && e.attributes.class === 'tick' && e.text === words);
  return number(elements[i - 1]!, `${of}1`);
}
