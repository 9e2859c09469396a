import {
  ActionRowBuilder,
  type AttachmentPayload,
  ButtonBuilder,
  ButtonStyle,
  DiscordAPIError,
  HTTPError,
  MessageFlags,
  type MessageMentionOptions,
} from 'discord.js';
import type { Button, ButtonKind, Reply } from '../../src/chat/contract.ts';
import { SpotterError } from '../../src/errors.ts';
import { truncate } from '../../src/text.ts';

/** A message as the client sends it. */
export interface Outgoing {
  readonly content: string;
  readonly files: readonly AttachmentPayload[];
  readonly components: readonly ActionRowBuilder<ButtonBuilder>[];
  readonly allowedMentions: MessageMentionOptions;
  readonly flags: MessageFlags.SuppressEmbeds;
}

const MAX_CHARACTERS = 2000;
const MAX_ALT = 1024;
/** How the name of a covered file begins. */
const SPOILER = 'SPOILER_';

export const NO_MENTIONS: MessageMentionOptions = { parse: [], repliedUser: false };

/** What to say, in Discord's terms. What has no room in a message comes as a text file besides. */
export function outgoing({ text, picture, buttons = [] }: Reply): Outgoing {
  const { text: content, whole } = escapedWithin(text, MAX_CHARACTERS);
  const drawn = picture && {
    attachment: bufferOf(picture.bytes),
    name: picture.spoiler ? `${SPOILER}${picture.name}` : picture.name,
    description: truncate(picture.alt, MAX_ALT),
  };
  const rest = { attachment: Buffer.from(text), name: 'answer.txt' };
  return {
    content,
    files: [...(drawn ? [drawn] : []), ...(whole ? [] : [rest])],
    components: rowsOf(buttons),
    allowedMentions: { ...NO_MENTIONS },
    // A link in somebody's words is not to unfold in ours.
    flags: MessageFlags.SuppressEmbeds,
  };
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const STYLES: Readonly<Record<ButtonKind, ButtonStyle>> = {
  pick: ButtonStyle.Primary,
  picture: ButtonStyle.Primary,
  all: ButtonStyle.Secondary,
  why: ButtonStyle.Secondary,
  right: ButtonStyle.Success,
  wrong: ButtonStyle.Danger,
};

const IN_A_ROW = 5;
const ROWS = 5;

/** Rows of buttons as Discord allows them: what is chosen among stands above what can be done. */
export function rowsOf(buttons: readonly Button[]): ActionRowBuilder<ButtonBuilder>[] {
  const isChoice = ({ kind }: Button) => kind === 'pick' || kind === 'picture';
  const others = inRows(buttons.filter((button) => !isChoice(button)));
  const choices = inRows(buttons.filter(isChoice)).slice(0, ROWS - others.length);
  return [...choices, ...others].map((row) =>
    new ActionRowBuilder<ButtonBuilder>().addComponents(row.map(builderOf)),
  );
}

const inRows = (buttons: readonly Button[]): Button[][] =>
  Array.from({ length: Math.ceil(buttons.length / IN_A_ROW) }, (_, row) =>
    buttons.slice(row * IN_A_ROW, (row + 1) * IN_A_ROW),
  );

const builderOf = ({ id, kind, label }: Button): ButtonBuilder =>
  new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(STYLES[kind]);

/** Bold, italics, code, struck out, spoilers; mentions, timestamps and emoji; links behind words. */
const INLINE = /[\\*_~`|<[]/g;
/** Quotes, headings, small print and lists, which count only where a line begins. */
const LINE_START = /^([^\S\n\r\u2028\u2029]*)([>#+-])/gm;
const EVERYBODY = /@(?=everyone|here)/gi;

/**
 * Text as Discord shows it word for word. Nobody is notified: `allowedMentions` sees to that, and here it does not even
 * look as if somebody were.
 */
export const escapeText = (text: string): string =>
  text.replace(INLINE, '\\$&').replace(LINE_START, '$1\\$2').replace(EVERYBODY, '@\u200b');

/** The most of it that has room in so many characters when it is escaped, and whether that is all. */
export function escapedWithin(
  text: string,
  most: number,
): { readonly text: string; readonly whole: boolean } {
  const all = escapeText(text);
  if (all.length <= most) return { text: all, whole: true };
  // Escaping never shortens, so what is too long before is too long after; whole lines are kept where there are any.
  let kept = truncate(text, most - 2);
  while (escapeText(kept).length > most - 2) {
    const line = kept.lastIndexOf('\n');
    kept =
      line > 0 ? kept.slice(0, line) : truncate(kept, kept.length - (escapeText(kept).length - (most - 2)));
  }
  return { text: `${escapeText(kept)}\n…`, whole: false };
}

/** Punctuation behind a link is of the sentence. */
const LINK = /<?(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?"')\]])>?/gi;

/** Emoji of a server, mentions, times and commands: `<:doge:1>`, `<@99>`, `<@&5>`, `<#5>`, `<t:1700000000:R>`, `</find:1>`. */
const OBJECT = /<(?:a?:\w{1,32}:|@[!&]?|#|t:|\/[^<>:]{1,64}:)-?\d+(?::[a-zA-Z])?>/g;
/** Quotations, headings and small print begin their line so. */
const LINE_MARK = /^[ \t]*(?:>>>|>|-#|#{1,3})[ \t]+/gm;
/** Spoilers, emphasis and code, whose marks stand around words. */
const AROUND = /\|\||\*\*|__|~~|`+|(?<!\w)[*_]|[*_](?!\w)/g;

/** What is to be found: a message without mentions and links, and without the marks of its form. */
export const expressionIn = (content: string, me: string): string =>
  content
    // "@Spotter, the dog": the comma is of the address, also where that is a role.
    .replace(new RegExp(`^(\\s*<@(?:!?${me}|&\\d+)>[\\s,.:;!–—-]*)+`), '')
    .replaceAll(new RegExp(`<@!?${me}>`, 'g'), ' ')
    .replace(LINK, ' ')
    .replace(OBJECT, ' ')
    .replace(LINE_MARK, '')
    .replace(AROUND, '')
    .replace(/\s+/g, ' ')
    .trim();

export const linksIn = (content: string): string[] => [...content.matchAll(LINK)].map(([, link]) => link!);

/** Discord's numbers of what can be foreseen. */
export const CODE = {
  unknownMessage: 10008,
  unknownInteraction: 10062,
  tooLarge: 40005,
  acknowledged: 40060,
  missingAccess: 50001,
  cannotWriteTo: 50007,
  missingPermissions: 50013,
  invalidToken: 50027,
  noHistory: 160002,
} as const;

export const isCode = (thrown: unknown, ...codes: readonly number[]): boolean =>
  thrown instanceof DiscordAPIError && codes.includes(Number(thrown.code));

/** Discord knows of no such thing, or not for us. */
export const isDenied = (thrown: unknown): boolean =>
  thrown instanceof DiscordAPIError && [403, 404].includes(thrown.status);

const REASONS: Readonly<Record<number, string>> = {
  [CODE.unknownMessage]: 'The message is gone.',
  [CODE.tooLarge]: 'The picture is too large to be posted here.',
  [CODE.missingAccess]: 'I cannot see that channel.',
  [CODE.cannotWriteTo]: 'This person does not take messages from me.',
  [CODE.missingPermissions]: 'I may not post that here.',
  [CODE.invalidToken]: 'It is too late to answer this.',
};

/** Why something could not be said: that Discord refused it, or else what the network says. */
export function cannotReply(thrown: unknown): unknown {
  if (thrown instanceof SpotterError) return thrown;
  if (thrown instanceof Error && !(thrown instanceof DiscordAPIError)) return bare(thrown);
  const code = thrown instanceof DiscordAPIError ? Number(thrown.code) : undefined;
  const sentence = (code !== undefined && REASONS[code]) || undefined;
  const hint =
    'The permissions that I need: View Channel, Send Messages, Attach Files, Read Message History.';
  return new SpotterError('cannot-reply', sentence, hint, bare(thrown));
}

/** A failure as it may be logged: the client's own carry the address, with an interaction's token, and all that was sent. */
export function bare(thrown: unknown): unknown {
  if (!(thrown instanceof DiscordAPIError || thrown instanceof HTTPError)) return thrown;
  const code = thrown instanceof DiscordAPIError ? `, code ${thrown.code}` : '';
  return new Error(`Discord answers ${thrown.status}${code}: ${thrown.message}`);
}
