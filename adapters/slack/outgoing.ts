import type { types } from '@slack/bolt';
import type { Button, ButtonKind } from '../../src/chat/contract.ts';
import { ACTORS, COMMON } from '../../src/expression/lexicon/things.ts';
import { truncate } from '../../src/text.ts';
import type { SlackMessage } from './context.ts';

/** A message as the client sends it. */
export interface Outgoing {
  /** For notifications; the blocks are what is read. */
  readonly text: string;
  readonly blocks: (types.SectionBlock | types.ActionsBlock)[];
  readonly parse: 'none';
  readonly link_names: false;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** A change of a message takes 4,000 characters, and an escaped one is up to five. */
const MAX_CHARACTERS = 700;

/** What to say, in Slack's terms. */
export const outgoing = (text: string, buttons: readonly Button[], mark: Mark): Outgoing => ({
  text: escapeText(shortened(text.trim() || '…', MAX_CHARACTERS)),
  blocks: [...sectionsOf(text, markOf(mark)), ...rowsOf(buttons)],
  parse: 'none',
  link_names: false,
  // A link in somebody's words is not to unfold in ours.
  unfurl_links: false,
  unfurl_media: false,
});

const MAX_IN_SECTION = 3000;
/** Slack refuses messages whose blocks are longer than about 13,000 characters together. */
const MAX_SECTIONS = 4;
const MAX_IN_ROW = 25;
const MAX_LABEL = 75;

const STYLES: Readonly<Partial<Record<ButtonKind, 'primary' | 'danger'>>> = {
  pick: 'primary',
  picture: 'primary',
  wrong: 'danger',
};

/** Text in sections. It is plain, so that nothing in it is a mention, a link or a format. */
export function sectionsOf(text: string, id: string): types.SectionBlock[] {
  const parts = partsOf(text);
  return parts.map((part, i) => ({
    type: 'section',
    ...(i === 0 && { block_id: id }),
    text: { type: 'plain_text', text: part, emoji: false },
  }));
}

/** Rows of buttons: what is chosen among stands above what can be done. */
export function rowsOf(buttons: readonly Button[]): types.ActionsBlock[] {
  const isChoice = ({ kind }: Button) => kind === 'pick' || kind === 'picture';
  return [buttons.filter(isChoice), buttons.filter((button) => !isChoice(button))]
    .filter((row) => row.length > 0)
    .map((row) => ({ type: 'actions', elements: row.slice(0, MAX_IN_ROW).map(elementOf) }));
}

const elementOf = ({ id, kind, label }: Button): types.Button => ({
  type: 'button',
  action_id: id,
  value: id,
  text: { type: 'plain_text', text: shortened(label, MAX_LABEL), emoji: false },
  ...(STYLES[kind] && { style: STYLES[kind] }),
});

function partsOf(text: string): string[] {
  const parts: string[] = [];
  let rest = text.trim() || '…';
  while (rest.length > MAX_IN_SECTION && parts.length < MAX_SECTIONS - 1) {
    const line = rest.lastIndexOf('\n', MAX_IN_SECTION - 1);
    const end = line > 0 ? line : shortened(rest, MAX_IN_SECTION).length - 1;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^\n/, '');
  }
  return [...parts, shortened(rest, MAX_IN_SECTION)];
}

/** What one of our messages answers, and the conversation that goes on from it. */
export interface Mark {
  readonly id: string;
  readonly conversation: string;
}

/** Slack keeps it with the message, and shows it to nobody: so it is known after a restart, too. */
export const markOf = ({ id, conversation }: Mark): string => shortened(`spotter|${id}|${conversation}`, 255);

/** Of a message that is one of ours. */
export function markIn({ blocks = [] }: Pick<SlackMessage, 'blocks'>): Mark | undefined {
  for (const { block_id = '' } of blocks) {
    const [, id, conversation] = /^spotter\|([^|]+)\|([^|]+)$/.exec(block_id) ?? [];
    if (id !== undefined && conversation !== undefined) return { id, conversation };
  }
  return undefined;
}

export const hasButtons = ({ blocks = [] }: Pick<SlackMessage, 'blocks'>): boolean =>
  blocks.some(({ type }) => type === 'actions');

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text that Slack shows word for word, and that mentions nobody: mentions are written in angle brackets. */
export const escapeText = (text: string): string => text.replace(/[&<>]/g, (one) => ENTITIES[one]!);

/** What Slack escaped when somebody wrote it. */
export const unescapeText = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** The beginning of a text, at most so many UTF-16 units; what was left out shows as "…". */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${truncate(text, most - 1)}…`;
}

/** A mention, a channel, a link or the like: `<@U1>`, `<#C1|general>`, `<https://…|words>`. */
const MARKED = /<([^<>|]*)(?:\|([^<>]*))?>/g;
/** Options as they are named elsewhere. */
const OPTION = /\b(?:link|image|expression)\s*[=:]\s*/gi;
const BARE_LINK = /https?:\/\/[^\s<>|]+/gi;

/** `:eyes:`, `:+1:`, `:pray::skin-tone-3:`; no part of "12:30:00". */
const EMOJI = /(?<!\w):([\p{Ll}\p{Lo}\p{N}_+'-]{1,60}):(?::skin-tone-\d:)?/gu;
/** Quotations begin their line so; Slack escapes what people write. */
const LINE_MARK = /^[ \t]*(?:&gt;){1,3}[ \t]*/gm;
/** Emphasis and code, whose marks stand around words. */
const AROUND = /`+|(?<!\w)[*_~]|[*_~](?!\w)/g;

/** An emoji is no part of the expression, unless it names the thing where no word does ("find the :dog:"). */
function withoutEmoji(text: string): string {
  const bare = text.replace(EMOJI, ' ');
  const named = (bare.toLowerCase().match(/[a-z]+/g) ?? []).some(isThing);
  return named ? bare : text.replace(EMOJI, (_, name: string) => (isThing(name) ? name : ' '));
}

const isThing = (word: string): boolean => ACTORS.has(word) || COMMON.has(word);

/** What is to be found: what was written, without mentions of us and links, and without the marks of its form. */
export function expressionIn(text: string, me: string): string {
  const plain = text
    // "@Spotter, the dog": the comma is of the address; the colon of ":eyes:" is not.
    .replace(new RegExp(`<@${me}(\\|[^<>]*)?>(?:[\\s,.;!–—-]|:(?![^\\s:]+:))*`, 'g'), ' ')
    .replace(MARKED, (_, target: string, label?: string) => wordsFor(target, label, me))
    .replace(BARE_LINK, ' ')
    .replace(LINE_MARK, '')
    .replace(AROUND, '');
  return unescapeText(withoutEmoji(plain)).replace(/\s+/g, ' ').trim();
}

/** What is written behind a command, perhaps with its options by name: "link: https://… expression: the dog". */
export const withoutOptions = (text: string): string => text.replace(OPTION, ' ');

export const mentions = (text: string, me: string): boolean => new RegExp(`<@${me}(\\|[^<>]*)?>`).test(text);

/** Somebody, a group, or everybody: `<@U1>`, `<!subteam^S1>`, `<!here>`. */
export const mentionsAnybody = (text: string): boolean => /<[@!]/.test(text);

/** The links that somebody wrote, in order. */
export function linksIn(text: string): string[] {
  const marked = [...text.matchAll(MARKED)].flatMap(([, target = '', label]) =>
    isLink(target, label) ? [target] : [],
  );
  const bare = [...text.replace(MARKED, ' ').matchAll(BARE_LINK)].map(([link]) => link);
  return [...marked, ...bare].map(unescapeText);
}

function wordsFor(target: string, label: string | undefined, me: string): string {
  if (target === `@${me}` || isLink(target, label)) return ' ';
  // Groups, dates and everybody are addressed, and not looked for.
  if (target.startsWith('!')) return ' ';
  if (label !== undefined) return /^[@#]/.test(target) ? `${target[0]}${label}` : label;
  return ' ';
}

/** Slack makes links of "dog.to the left", too; then its label is what was written. */
const isLink = (target: string, label: string | undefined): boolean =>
  /^https?:\/\//i.test(target) && (label === undefined || /^https?:\/\//i.test(label));
