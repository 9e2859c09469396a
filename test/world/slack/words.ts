import type { Button } from '../platform.ts';
import type { Block } from './limits.ts';

interface Words {
  readonly type: string;
  readonly text: string;
}

const wordsIn = (block: Block): readonly Words[] => {
  if (block.type === 'section')
    return [block.text, ...(block.fields ?? [])].filter((each) => each !== undefined);
  if (block.type === 'header') return [block.text];
  if (block.type === 'context') return block.elements.filter((element) => element.type !== 'image');
  if (block.type === 'image') return block.title ? [block.title] : [];
  return block.type === 'markdown' ? [{ type: 'mrkdwn', text: block.text }] : [];
};

/** What is read of a message: its blocks, and its text only where it has none. */
export const readable = (text: string, blocks: readonly Block[] = []): string =>
  blocks.length === 0
    ? text
    : blocks
        .flatMap(wordsIn)
        .map((each) => each.text)
        .join('\n');

export const buttonsOf = (blocks: readonly Block[] = []): Button[] =>
  blocks
    .flatMap((block) => {
      if (block.type === 'actions') return block.elements;
      return block.type === 'section' && block.accessory ? [block.accessory] : [];
    })
    .flatMap((element) =>
      element.type === 'button'
        ? [{ id: element.action_id ?? '', label: element.text.text, disabled: false }]
        : [],
    );

/** Who is notified: people, groups, and "everyone" for a whole channel. Plain text notifies nobody. */
export function pingsOf(text: string, blocks: readonly Block[] = []): string[] {
  const spoken =
    blocks.length === 0
      ? [text]
      : blocks
          .flatMap(wordsIn)
          .filter(({ type }) => type === 'mrkdwn')
          .map((each) => each.text);
  const found = spoken.flatMap((each) => [
    ...[...each.matchAll(/<@(\w+)(\|[^>]*)?>/g)].map((match) => match[1]!),
    ...[...each.matchAll(/<!subteam\^(\w+)(\|[^>]*)?>/g)].map((match) => match[1]!),
    ...(/<!(channel|here|everyone)(\|[^>]*)?>/.test(each) ? ['everyone'] : []),
  ]);
  return [...new Set(found)];
}
