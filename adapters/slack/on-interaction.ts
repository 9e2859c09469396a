import { createHash } from 'node:crypto';
import type { types } from '@slack/bolt';
import { within } from '../../src/abort.ts';
import type { ChatQuestion } from '../../src/chat/contract.ts';
import { formatError } from '../../src/chat/wording.ts';
import { asSpotterError, SpotterError } from '../../src/errors.ts';
import type { PictureRef, Place } from '../../src/place.ts';
import { isDirect, PLATFORM, type SlackMessage } from './context.ts';
import { expressionIn, linksIn, markIn, outgoing, withoutOptions } from './outgoing.ts';
import { linkRef, picturesOf } from './pictures.ts';
import {
  type Accepted,
  type Address,
  createHandle,
  createReplyTarget,
  createRespond,
  resumeOf,
} from './reply.ts';
import { conversationOf, type Deps, picturesBefore } from './threads.ts';

export interface Command {
  readonly channel_id: string;
  readonly user_id: string;
  readonly text?: string;
  readonly trigger_id: string;
  readonly response_url: string;
  readonly thread_ts?: string;
}

export interface Shortcut {
  readonly trigger_id: string;
  readonly response_url: string;
  readonly channel: { readonly id: string };
  readonly message: SlackMessage;
}

export interface Submission {
  readonly user: { readonly id: string };
  readonly view: Submitted & { readonly id: string };
}

export interface Press {
  readonly user: { readonly id: string };
  readonly channel?: { readonly id: string };
  readonly message?: SlackMessage;
  readonly container?: {
    readonly channel_id?: string;
    readonly message_ts?: string;
    readonly thread_ts?: string;
  };
  readonly actions: readonly { readonly action_id: string; readonly action_ts?: string }[];
  readonly trigger_id: string;
  readonly response_url?: string;
}

/** Slack lets a form be opened within three seconds. */
const FORM_MS = 4000;
const NO_FORM =
  'Slack does not let me ask here. Mention me in a reply to the picture, with what to look for.';

/** Questions as commands and forms, and presses of buttons, once they are acknowledged. */
export function createInteractionListeners({ client, me, chat, fetch }: Deps) {
  function begin(address: Address, accepted: Accepted, responseUrl?: string) {
    const respond = responseUrl ? createRespond(responseUrl, address.thread) : undefined;
    return {
      handle: createHandle({ spot: createReplyTarget(client, address, respond), fetch, accepted }),
      resume: resumeOf(address),
    };
  }

  async function find(command: Command, accepted: Accepted): Promise<void> {
    const { channel_id: channel, user_id: user, thread_ts: thread } = command;
    const text = withoutOptions(command.text ?? '');
    const id = keyOf(command.trigger_id, channel, user, command.text, command.response_url);
    const conversation = conversationOf(channel, thread);
    const branch = thread === undefined ? `${channel}:${id}` : conversation;
    const address: Address = {
      ...{ channel, user, id, since: now(), conversation: branch },
      ...(thread !== undefined && { thread }),
    };
    const { handle, resume } = begin(address, accepted, command.response_url);
    const links = linksIn(text).map(linkRef);
    const expression = expressionIn(text, me.user);
    const pictures: readonly PictureRef[] =
      links.length > 0 || expression === '' ? links : await picturesBefore(client, me, channel, thread);
    const question: ChatQuestion = {
      ...{ platform: PLATFORM, channel, asker: user, conversation, branch },
      ...{ eventId: id, text: expression, pictures, resume },
    };
    await chat.ask(question, handle);
  }

  async function forget(command: Command): Promise<void> {
    const { channel_id: channel, user_id: asker, trigger_id: id, response_url: url } = command;
    const place: Place = { platform: PLATFORM, channel, asker, conversation: channel };
    const said = await chat.forget(place).then(
      (count) =>
        count === 0 ? 'There was nothing of yours to forget.' : `Forgotten: all ${count} that I knew of you.`,
      (thrown) => formatError(asSpotterError(thrown)),
    );
    const message = outgoing(said, [], { id, conversation: channel });
    await createRespond(url)(message, 'asker').catch(() =>
      client.chat.postEphemeral({ channel, user: asker, ...message }),
    );
  }

  async function openForm(shortcut: Shortcut): Promise<void> {
    const { message, channel, trigger_id, response_url: responseUrl } = shortcut;
    // On our own answer, it goes on with what that was about.
    const mark = message.user === me.user ? markIn(message) : undefined;
    const pictures = mark ? [] : picturesOf(message, channel.id);
    const target: Target = {
      ...{ channel: channel.id, message: message.ts, pictures, responseUrl },
      ...(message.thread_ts !== undefined && { thread: message.thread_ts }),
      ...(mark && { conversation: mark.conversation }),
    };
    const text =
      mark || pictures.length > 0
        ? await opened({ trigger_id, view: formFor(target) })
        : formatError(new SpotterError('no-picture', 'There is no picture in that message.'));
    if (text === undefined) return;
    const to = { id: message.ts, conversation: conversationOf(channel.id, message.ts) };
    await createRespond(responseUrl)(outgoing(text, [], to), 'asker');
  }

  /** @returns what there is to say where Slack does not open it */
  async function opened(form: Parameters<typeof client.views.open>[0]): Promise<string | undefined> {
    const late = () => new Error('too late');
    return within(FORM_MS, undefined, () => client.views.open(form), late).then(
      () => undefined,
      () => NO_FORM,
    );
  }

  async function submitted({ user: { id: user }, view }: Submission, accepted: Accepted): Promise<void> {
    const { target, text } = readForm(view);
    const { channel, message, pictures, responseUrl } = target;
    const thread = target.thread ?? message;
    const conversation = target.conversation ?? conversationOf(channel, thread);
    const id = keyOf(view.id, channel, user, text);
    const address = { channel, user, thread, since: now(), id, conversation };
    const { handle, resume } = begin(address, accepted, responseUrl);
    const place: Place = { platform: PLATFORM, channel, asker: user, conversation };
    await chat.ask({ ...place, eventId: id, text, pictures, resume }, handle);
  }

  async function pressed(press: Press, accepted: Accepted): Promise<void> {
    const { user, message, container, actions, trigger_id, response_url } = press;
    const [action] = actions;
    const channel = press.channel?.id ?? container?.channel_id;
    if (!action || channel === undefined) return;
    const ts = message?.ts ?? container?.message_ts;
    const within = message?.thread_ts ?? container?.thread_ts;
    // What is said about an answer in the channel itself goes to the thread on it.
    const thread = within ?? (isDirect(channel) ? undefined : ts);
    const own = conversationOf(channel, thread);
    const conversation = (message && markIn(message)?.conversation) ?? own;
    const id = keyOf(user.id, action.action_ts ?? trigger_id, action.action_id, ts);
    const address: Address = {
      ...{ channel, user: user.id, id, since: now(), conversation },
      ...(thread !== undefined && { thread }),
    };
    const { handle, resume } = begin(address, accepted, response_url);
    const place: Place = {
      ...{ platform: PLATFORM, channel, asker: user.id },
      ...(within === undefined ? { conversation: channel, branch: conversation } : { conversation }),
    };
    await chat.press({ ...place, eventId: id, button: action.action_id, resume }, handle);
  }

  return { find, forget, openForm, submitted, pressed };
}

/** The same when Slack tells it again, and different from all else, whatever it is told with. */
const keyOf = (...parts: readonly (string | undefined)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 24);

/** From when on an answer may be there, by Slack's clock, which need not be ours. */
const now = (): string => ((Date.now() - APART_MS) / 1000).toFixed(6);
const APART_MS = 60_000;

export const FIND = '/find';
export const FORGET = '/find-forget';
/** The shortcut's and the form's `callback_id`, as in manifest.yaml. */
export const FIND_IN_IMAGE = 'find_in_image';

const FIELD = 'expression';
const MAX_METADATA = 3000;

/** What a form is about: Slack keeps it with the form. */
export interface Target {
  readonly channel: string;
  readonly message: string;
  readonly thread?: string;
  /** Of an answer of ours: the conversation to go on with. */
  readonly conversation?: string;
  readonly pictures: readonly PictureRef[];
  readonly responseUrl?: string;
}

/** The form behind "Find in image…". */
export const formFor = (target: Target): types.ModalView => ({
  type: 'modal',
  callback_id: FIND_IN_IMAGE,
  private_metadata: written(target),
  title: { type: 'plain_text', text: 'Find in image…' },
  submit: { type: 'plain_text', text: 'Find' },
  close: { type: 'plain_text', text: 'Cancel' },
  blocks: [
    {
      type: 'input',
      block_id: FIELD,
      label: { type: 'plain_text', text: 'What to look for' },
      element: {
        type: 'plain_text_input',
        action_id: FIELD,
        placeholder: { type: 'plain_text', text: 'the dog on the left' },
      },
    },
  ],
});

/** As many pictures as Slack has room for; their addresses can be asked for again. */
function written(target: Target): string {
  const all = JSON.stringify(target);
  if (all.length <= MAX_METADATA) return all;
  const pictures = target.pictures.slice(0, 5).map(({ key, origin, url, name }) => ({
    ...{ origin, url: key === undefined ? url : '' },
    ...(key !== undefined && { key }),
    ...(name !== undefined && { name: name.slice(0, 100) }),
  }));
  const some = JSON.stringify({ ...target, pictures });
  return some.length <= MAX_METADATA ? some : JSON.stringify({ ...target, pictures: [] });
}

export interface Submitted {
  readonly private_metadata: string;
  readonly state: {
    readonly values: Readonly<Record<string, Readonly<Record<string, { readonly value?: string | null }>>>>;
  };
}

/** What was filled in, and about what. */
export function readForm({ private_metadata, state }: Submitted): { target: Target; text: string } {
  // We have written it, and Slack has signed that it is unchanged.
  const target = JSON.parse(private_metadata) as Target;
  return { target, text: state.values[FIELD]?.[FIELD]?.value ?? '' };
}
