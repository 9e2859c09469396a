import type { types } from '@slack/bolt';
import type { Button, ButtonKind } from '../../src/chat/contract.ts';
import type { SlackMessage } from './shapes.ts';
import { shortened } from './shortened.ts';

const MOST_IN_SECTION = 3000;
/** Slack refuses messages whose blocks are longer than about 13,000 characters together. */
const MOST_SECTIONS = 4;
const MOST_IN_ROW = 25;
const MOST_LABEL = 75;

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
    .map((row) => ({ type: 'actions', elements: row.slice(0, MOST_IN_ROW).map(elementOf) }));
}

const elementOf = ({ id, kind, label }: Button): types.Button => ({
  type: 'button',
  action_id: id,
  value: id,
  text: { type: 'plain_text', text: shortened(label, MOST_LABEL), emoji: false },
  ...(STYLES[kind] && { style: STYLES[kind] }),
});

function partsOf(text: string): string[] {
  const parts: string[] = [];
  let rest = text.trim() || '…';
  while (rest.length > MOST_IN_SECTION && parts.length < MOST_SECTIONS - 1) {
    const line = rest.lastIndexOf('\n', MOST_IN_SECTION - 1);
    const end = line > 0 ? line : shortened(rest, MOST_IN_SECTION).length - 1;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^\n/, '');
  }
  return [...parts, shortened(rest, MOST_IN_SECTION)];
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
