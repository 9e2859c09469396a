import type { Question } from '../platform.ts';
import type { Told } from './delivery.ts';
import { tellOf } from './events.ts';
import { file, shown, stub } from './files.ts';
import { type Conversation, find, type Message, newId, newTs, type Stored, type World } from './world.ts';

export interface Spoken {
  readonly stored: Stored;
  /** One for each event that the bot is told; none, where it hears nothing. */
  readonly told: readonly Promise<Told | undefined>[];
}

/** A person says something, and the bot is told in the ways that Slack has for it. */
export function speak(
  world: World,
  { person, conversation }: { readonly person: string; readonly conversation: Conversation },
  question: Question & { readonly mentions: boolean },
): Spoken {
  const { text = '', images = [], previews = [], replyTo, place, times = 1, mentions } = question;
  const files = images.map((image) => file(world, image, person));
  for (const { channels } of files) channels.add(conversation.id);
  const began = place?.thread ? { id: place.thread, place } : replyTo;
  const thread = began && threadFor(world, began);
  const message: Message = {
    type: 'message',
    ...(files.length > 0 && { subtype: 'file_share', upload: true, display_as_bot: false }),
    client_msg_id: newId('m'),
    user: person,
    text: [mentions ? `<@${world.bot.user}>` : '', text].filter(Boolean).join(' '),
    ts: newTs(),
    team: world.team,
    ...(thread !== undefined && { thread_ts: thread.ts, parent_user_id: thread.user }),
    ...(files.length > 0 && {
      files: files.map((each) => (world.settings.filesInEvents === 'id' ? stub(each) : shown(world, each))),
    }),
    ...(previews.length > 0 && {
      attachments: previews.map((url, id) => ({ id, from_url: url, image_url: url, fallback: url })),
    }),
  };
  const version = { at: Date.now(), text: message.text, buttons: [], files: [], sent: question };
  const stored: Stored = {
    conversation,
    message,
    versions: [version],
    files: [],
    pings: [],
    reactions: new Map(),
  };
  world.messages.push(stored);
  world.watch.changed();
  return { stored, told: tell(world, stored, mentions && !isDirect(conversation), times) };
}

/** Of mentions in direct conversations, also of several people, Slack tells as messages only. */
const isDirect = ({ kind }: Conversation): boolean => kind === 'im' || kind === 'mpim';

/** A mention is told as such and as a message; one with a file not always as both. */
function tell(
  world: World,
  { conversation, message }: Stored,
  mentions: boolean,
  times: number,
): Spoken['told'] {
  const how = mentions && message.files ? world.settings.mentionsWithFiles : 'both';
  const { subtype, upload, display_as_bot, ...mention } = message;
  return [
    ...(how === 'app_mention' ? [] : [tellOf(world, conversation, message, { times })]),
    ...(!mentions || how === 'message'
      ? []
      : [tellOf(world, conversation, { ...mention, type: 'app_mention' }, { name: 'app_mention', times })]),
  ];
}

/** The message that began the thread of another one. */
export function threadFor(
  world: World,
  on: { readonly id: string; readonly place: { readonly channel: string } },
) {
  const { message } = find(world, on.place.channel, on.id) ?? { message: undefined };
  if (!message) throw new Error('That message is gone.');
  const ts = message.thread_ts ?? message.ts;
  return { ts, user: find(world, on.place.channel, ts)?.message.user ?? message.user };
}
