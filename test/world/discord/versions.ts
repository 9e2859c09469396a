import type { APIEmbed, APIMessage } from 'discord.js';
import type { Button, Delivered, Reply, Version } from '../platform.ts';
import type { Row } from './limits.ts';
import { placeOf, type Stored, type World } from './world.ts';

/** Bits of a message's flags. */
export const FLAGS = { ephemeral: 1 << 6, loading: 1 << 7 };

/** A message as it is now, to be kept. */
export const versionOf = (message: APIMessage, files: Iterable<Delivered>, sent: unknown): Version => ({
  at: Date.now(),
  text: [message.content, ...message.embeds.flatMap(wordsOf)].filter(Boolean).join('\n'),
  buttons: ((message.components ?? []) as unknown as readonly Row[]).flatMap(buttonsOf),
  files: [...files],
  sent,
});

const wordsOf = ({ title, description, author, footer, fields = [] }: APIEmbed): string[] =>
  [
    author?.name,
    title,
    description,
    ...fields.flatMap(({ name, value }) => [name, value]),
    footer?.text,
  ].filter((part) => part !== undefined && part !== null);

const buttonsOf = ({ components }: Row): Button[] =>
  components.map((button) => ({
    id: 'custom_id' in button ? button.custom_id : button.url,
    label: button.label ?? button.emoji?.name ?? '',
    disabled: button.disabled ?? false,
  }));

export function replyOf(world: World, stored: Stored): Reply {
  const { message, versions, pings, onlyFor, removed } = stored;
  const answers = message.message_reference?.message_id;
  return {
    ...versions.at(-1)!,
    id: message.id,
    place: placeOf(world, message.channel_id),
    versions,
    pings,
    ...(onlyFor !== undefined && { onlyFor }),
    ...(answers !== undefined && { answers }),
    ...(removed !== undefined && { removed }),
  };
}
