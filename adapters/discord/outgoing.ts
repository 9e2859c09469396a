import {
  type ActionRowBuilder,
  type AttachmentPayload,
  type ButtonBuilder,
  MessageFlags,
  type MessageMentionOptions,
} from 'discord.js';
import type { Reply } from '../../src/chat/contract.ts';
import { cut } from '../../src/cut.ts';
import { rowsOf } from './buttons.ts';
import { escapedWithin } from './escape.ts';

/** A message as the client sends it. */
export interface Outgoing {
  readonly content: string;
  readonly files: readonly AttachmentPayload[];
  readonly components: readonly ActionRowBuilder<ButtonBuilder>[];
  readonly allowedMentions: MessageMentionOptions;
  readonly flags: MessageFlags.SuppressEmbeds;
}

const MOST_CHARACTERS = 2000;
const MOST_ALT = 1024;

export const NOBODY: MessageMentionOptions = { parse: [], repliedUser: false };

/** What to say, in Discord's terms. What has no room in a message comes as a text file besides. */
export function outgoing({ text, picture, buttons = [] }: Reply): Outgoing {
  const { text: content, whole } = escapedWithin(text, MOST_CHARACTERS);
  const drawn = picture && {
    attachment: bufferOf(picture.bytes),
    name: picture.name,
    description: cut(picture.alt, MOST_ALT),
  };
  const rest = { attachment: Buffer.from(text), name: 'answer.txt' };
  return {
    content,
    files: [...(drawn ? [drawn] : []), ...(whole ? [] : [rest])],
    components: rowsOf(buttons),
    allowedMentions: { ...NOBODY },
    // A link in somebody's words is not to unfold in ours.
    flags: MessageFlags.SuppressEmbeds,
  };
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
