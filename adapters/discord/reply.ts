import {
  type Client,
  InteractionWebhook,
  type Message,
  MessageFlags,
  type SendableChannels,
} from 'discord.js';
import type { Reply, ReplyHandle } from '../../src/chat/contract.ts';
import { createProgressReply, type ProgressReply } from '../../src/chat/wording.ts';
import type { PictureRef } from '../../src/place.ts';
import { CODE, cannotReply, isCode, isDenied, type Outgoing, outgoing } from './outgoing.ts';

/** The place of one answer. */
export interface ReplyTarget {
  /** Shows it: as a new message, or in place of what is there. */
  show(message: Outgoing): Promise<void>;
  /** Shows it to the asker alone, where that can be; what is there goes. */
  whisper(message: Outgoing): Promise<void>;
  /** Takes away what is there. */
  remove(): Promise<void>;
}

/** One thing after the other, so that what was said last is what stays. */
export function inTurn(spot: ReplyTarget): ReplyTarget {
  let last: Promise<void> = Promise.resolve();
  const after = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work, work);
    return last;
  };
  return {
    show: (message) => after(() => spot.show(message)),
    whisper: (message) => after(() => spot.whisper(message)),
    remove: () => after(() => spot.remove()),
  };
}

/** The message that is answered. */
export interface MessageAddress {
  readonly channel: string;
  readonly message: string;
  /** Whether we may have begun to answer it before a restart. */
  readonly begun?: boolean;
}

/** Of what came after a question, so much is searched for an answer that was begun. */
const SEARCHED = 50;

/** Answers a message by a reply to it, which is seen by all who see the message. */
export function createMessageTarget(client: Client<true>, address: MessageAddress): ReplyTarget {
  const { message: question, begun = false } = address;
  let shown: string | undefined;
  let searched = !begun;

  async function ownReply(channel: SendableChannels): Promise<string | undefined> {
    searched = true;
    const after = await channel.messages.fetch({ after: question, limit: SEARCHED }).catch(() => undefined);
    return after?.find(
      ({ author, reference }) => author.id === client.user.id && reference?.messageId === question,
    )?.id;
  }

  async function show(outgoing: Outgoing): Promise<void> {
    const channel = await sendable(client, address.channel);
    if (!searched) shown = await ownReply(channel);
    const before = shown;
    if (before !== undefined && (await edited(channel, before, outgoing))) return;
    shown = (await replied(channel, question, outgoing)).id;
    if (before !== undefined) await channel.messages.delete(before).catch(() => {});
  }

  return inTurn({
    show,
    whisper: show,
    async remove() {
      const there = shown;
      shown = undefined;
      if (there !== undefined) await (await sendable(client, address.channel)).messages.delete(there);
    },
  });
}

/** @throws SpotterError cannot-reply */
async function sendable(client: Client<true>, id: string): Promise<SendableChannels> {
  const channel = await client.channels.fetch(id);
  if (channel?.isSendable()) return channel;
  throw cannotReply(undefined);
}

/** False where it is gone, or not ours to change any more: then it is said anew. */
async function edited(channel: SendableChannels, id: string, outgoing: Outgoing): Promise<boolean> {
  const { files, components, ...rest } = outgoing;
  try {
    // Files that were there before go.
    await channel.messages.edit(id, {
      ...rest,
      files: [...files],
      components: [...components],
      attachments: [],
    });
    return true;
  } catch (thrown) {
    // That files may not be posted is for the core to know.
    const isOfFiles = files.length > 0 && isCode(thrown, CODE.missingPermissions);
    if (isOfFiles || !isDenied(thrown)) throw thrown;
    return false;
  }
}

async function replied(channel: SendableChannels, question: string, outgoing: Outgoing): Promise<Message> {
  const { files, components, ...rest } = outgoing;
  const message = () => ({ ...rest, files: [...files], components: [...components] });
  try {
    return await channel.send({
      ...message(),
      reply: { messageReference: question, failIfNotExists: false },
    });
  } catch (thrown) {
    // Where we may not read back we may not refer back.
    if (!isCode(thrown, CODE.noHistory)) throw thrown;
    return channel.send(message());
  }
}

/** What an interaction can be answered by, for 15 minutes. */
export interface InteractionAddress {
  readonly appId: string;
  readonly token: string;
  /** "thinking…" stands where the answer will be; or nothing is there yet, as after a button. */
  readonly first: 'thinking' | 'nothing';
  /** Whom Discord shows the answer to. */
  readonly to: 'all' | 'asker';
}

/** Answers an interaction that was acknowledged. It needs no permissions in the channel. */
function createInteractionTarget(client: Client<true>, address: InteractionAddress): ReplyTarget {
  const webhook = new InteractionWebhook(client, address.appId, address.token);
  let shown = address.first === 'thinking' ? '@original' : undefined;

  async function remove(): Promise<void> {
    if (shown === undefined) return;
    await webhook.deleteMessage(shown).catch((thrown) => {
      if (!isCode(thrown, CODE.unknownMessage)) throw thrown;
    });
    shown = undefined;
  }

  const forOne = (message: Outgoing) => ({
    ...sent(message),
    flags: [message.flags, MessageFlags.Ephemeral] as const,
  });

  /** Whether a message is for one person alone is decided when it begins: a public "thinking…" cannot become it. */
  async function whisperAnew(message: Outgoing): Promise<void> {
    await remove();
    await webhook.send(forOne(message));
  }

  async function show(message: Outgoing): Promise<void> {
    if (shown !== undefined) await webhook.editMessage(shown, changed(message));
    else shown = (await webhook.send(address.to === 'asker' ? forOne(message) : sent(message))).id;
  }

  return inTurn({
    show,
    async whisper(message) {
      if (address.to === 'asker') return show(message);
      const there = shown;
      try {
        await whisperAnew(message);
      } catch (thrown) {
        // Better said to all than to nobody.
        if (there === undefined) throw thrown;
        await webhook.editMessage(there, changed(message)).catch(() => {
          throw thrown;
        });
        shown = there;
      }
    },
    remove,
  });
}

// The client writes into the lists that it is given.
const sent = ({ files, components, ...rest }: Outgoing) => ({
  ...rest,
  files: [...files],
  components: [...components],
});

/** Files that were there before go. */
const changed = (message: Outgoing) => ({ ...sent(message), attachments: [] });

/** Where an answer goes. */
export type Address =
  | ({ readonly kind: 'message' } & MessageAddress)
  | ({
      readonly kind: 'interaction';
      /** When Discord stops to take an answer, milliseconds since 1970. */
      readonly until: number;
    } & InteractionAddress);

export const INTERACTION_MS = 15 * 60_000;

/** As text to be kept until after a restart. An interaction's token is good for answering it, and for 15 minutes only. */
export const resumeOf = (address: Address): string =>
  (address.kind === 'message'
    ? ['message', address.channel, address.message]
    : ['interaction', address.appId, address.token, address.first, address.until, address.to]
  ).join(' ');

/** Undefined for what is none, or too old. */
export function readResume(text: string, now: number): Address | undefined {
  const [kind, ...parts] = text.split(' ');
  const [first = '', second = '', third, until, to] = parts;
  if (parts.includes('')) return undefined;
  if (kind === 'message' && parts.length === 2) {
    return { kind, channel: first, message: second, begun: true };
  }
  if (kind !== 'interaction' || parts.length !== 5 || !(Number(until) > now)) return undefined;
  if (third !== 'thinking' && third !== 'nothing') return undefined;
  if (to !== 'all' && to !== 'asker') return undefined;
  return { kind, appId: first, token: second, first: third, until: Number(until), to };
}

export const replyTargetOf = (client: Client<true>, address: Address): ReplyTarget =>
  address.kind === 'message'
    ? createMessageTarget(client, address)
    : createInteractionTarget(client, address);

/** Discord counts edits like messages: five in five seconds in a channel, and people cannot read faster. */
const PROGRESS_EVERY_MS = 3000;

/** For how long it is enough that Discord shows "thinking…", or that we type: so of a quick answer there is one message. */
export const ENOUGH_MS = { thinking: PROGRESS_EVERY_MS, typing: 1500, nothing: 0 } as const;

/** What Discord lets everybody post. */
const USUAL_BYTES = 10 * 2 ** 20;

export interface HandleOptions {
  readonly spot: ReplyTarget;
  /** Progress is not said before, in milliseconds; at once unless told. */
  readonly afterMs?: number;
  readonly maxBytes?: number;
  /** See ReplyHandle. */
  readonly accepted?: () => Promise<void>;
  readonly fetch: (picture: PictureRef, signal: AbortSignal) => Promise<Uint8Array>;
  /** It is seen that we are at it, for the first time. */
  readonly onShown?: () => void;
  readonly everyMs?: number;
}

export interface Handle extends ReplyHandle, ProgressReply {
  readonly spot: ReplyTarget;
}

/** Answers in one spot: with progress that is not too frequent, and in order. */
export function createHandle(options: HandleOptions): Handle {
  const { spot, afterMs = 0, maxBytes = USUAL_BYTES, fetch, onShown, everyMs = PROGRESS_EVERY_MS } = options;
  const { accepted } = options;
  const refuse = (thrown: unknown): never => {
    throw cannotReply(thrown);
  };
  const telling = createProgressReply({
    async show(words) {
      await spot.show(outgoing({ text: words })).catch(refuse);
      onShown?.();
    },
    say: (reply) => answer(spot, reply).catch(refuse),
    remove: spot.remove,
    everyMs,
    afterMs,
  });
  return { spot, maxBytes, fetch, ...telling, ...(accepted && { accepted }) };
}

async function answer(spot: ReplyTarget, reply: Reply): Promise<void> {
  const message = outgoing(reply);
  const show = (shown: Outgoing) => (reply.onlyAsker ? spot.whisper(shown) : spot.show(shown));
  try {
    await show(message);
  } catch (thrown) {
    // The rest of a long text is a file, too; what the core knows of is the picture only.
    if (reply.picture || message.files.length === 0 || !isCode(thrown, CODE.missingPermissions)) throw thrown;
    await show({ ...message, files: [] });
  }
}
