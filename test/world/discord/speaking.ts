import type { APIMessage, APIUser } from 'discord.js';
import type { Question } from '../platform.ts';
import { told } from './messages.ts';
import { type Channel, messageOf } from './objects.ts';
import { versionOf } from './versions.ts';
import { attach, type Stored, type World } from './world.ts';

/** A person says something, and the bot is told. */
export function speak(
  world: World,
  { user, channel }: { readonly user: APIUser; readonly channel: Channel },
  question: Question & { readonly mentions: boolean },
): Stored {
  const { text = '', images = [], previews = [], replyTo, times, mentions } = question;
  const replied = replyTo && world.messages.get(replyTo.id);
  // Who replies to somebody's message mentions them, but not where that message is the answer to an interaction.
  const mentionsBot =
    mentions || (replied?.message.author.id === world.bot.id && !replied.message.webhook_id);
  const message = messageOf(channel.id, user, {
    content: [mentions ? `<@${world.bot.id}>` : '', text].filter(Boolean).join(' '),
    mentions: mentionsBot ? [world.bot] : [],
    mention_roles: [...text.matchAll(/<@&(\d+)>/g)].map((match) => match[1]!),
    attachments: images.map((image) => attach(world, channel.id, image)),
    embeds: previews.map((url) => {
      const thumbnail = { url, proxy_url: url, width: 640, height: 480 };
      return { type: 'image', url, thumbnail } as unknown as APIMessage['embeds'][number];
    }),
    ...(replied && {
      type: 19,
      message_reference: { type: 0, channel_id: channel.id, message_id: replied.message.id },
      referenced_message: replied.removed === undefined ? replied.message : null,
    }),
  });
  const stored: Stored = {
    message,
    versions: [versionOf(message, [], question)],
    files: new Map(),
    pings: [],
  };
  world.messages.set(message.id, stored);
  channel.last = message.id;
  world.dispatch('MESSAGE_CREATE', told(world, message), times);
  return stored;
}
