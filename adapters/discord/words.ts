/** Punctuation behind a link is of the sentence. */
const LINK = /<?(https?:\/\/[^\s<>]*[^\s<>.,;:!?"')\]])>?/gi;

/** What is to be found: a message without mentions of us, and without links. */
export const expressionIn = (content: string, me: string): string =>
  content
    // "@Spotter, the dog": the comma is of the address.
    .replace(new RegExp(`^(\\s*<@!?${me}>[\\s,.:;!–—-]*)+`), '')
    .replaceAll(new RegExp(`<@!?${me}>`, 'g'), ' ')
    .replace(LINK, ' ')
    .replace(/\s+/g, ' ')
    .trim();

export const linksIn = (content: string): string[] => [...content.matchAll(LINK)].map(([, link]) => link!);
