import { unescapeText } from './escape.ts';

/** A mention, a channel, a link or the like: `<@U1>`, `<#C1|general>`, `<https://…|words>`. */
const MARKED = /<([^<>|]*)(?:\|([^<>]*))?>/g;
/** Options as they are named elsewhere. */
const OPTION = /\b(?:link|image|expression)\s*[=:]\s*/gi;
const BARE_LINK = /https?:\/\/[^\s<>|]+/gi;

/** What is to be found: what was written, without mentions of us, and without links. */
export function expressionIn(text: string, me: string): string {
  const plain = text
    // "@Spotter, the dog": the comma is of the address.
    .replace(new RegExp(`<@${me}(\\|[^>]*)?>[\\s,.:;!–—-]*`, 'g'), ' ')
    .replace(MARKED, (_, target: string, label?: string) => wordsFor(target, label, me))
    .replace(BARE_LINK, ' ');
  return unescapeText(plain).replace(/\s+/g, ' ').trim();
}

/** What is written behind a command, perhaps with its options by name: "link: https://… expression: the dog". */
export const withoutOptions = (text: string): string => text.replace(OPTION, ' ');

export const mentions = (text: string, me: string): boolean => new RegExp(`<@${me}(\\|[^>]*)?>`).test(text);

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
  if (label !== undefined) return /^[@#]/.test(target) ? `${target[0]}${label}` : label;
  return target.startsWith('!') ? `@${target.slice(1)}` : ' ';
}

/** Slack makes links of "dog.to the left", too; then its label is what was written. */
const isLink = (target: string, label: string | undefined): boolean =>
  /^https?:\/\//i.test(target) && (label === undefined || /^https?:\/\//i.test(label));
