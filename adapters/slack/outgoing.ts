import type { types } from '@slack/bolt';
import type { Button } from '../../src/chat/contract.ts';
import { type Mark, markOf, rowsOf, sectionsOf } from './blocks.ts';
import { escapeText } from './escape.ts';
import { shortened } from './shortened.ts';

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
const MOST_CHARACTERS = 700;

/** What to say, in Slack's terms. */
export const outgoing = (text: string, buttons: readonly Button[], mark: Mark): Outgoing => ({
  text: escapeText(shortened(text.trim() || '…', MOST_CHARACTERS)),
  blocks: [...sectionsOf(text, markOf(mark)), ...rowsOf(buttons)],
  parse: 'none',
  link_names: false,
  // A link in somebody's words is not to unfold in ours.
  unfurl_links: false,
  unfurl_media: false,
});
