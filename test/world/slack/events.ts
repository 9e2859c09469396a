import type { Told } from './delivery.ts';
import { EVENTS, type EventName } from './scopes.ts';
import { type Conversation, type Message, newId, newTs, type World } from './world.ts';

/** What an event says around what happened. */
function envelope(world: World, event: object): object {
  const { team, app, bot } = world;
  const seen = { team_id: team, user_id: bot.user, is_bot: true, is_enterprise_install: false };
  return {
    token: 'verification',
    team_id: team,
    api_app_id: app,
    event,
    type: 'event_callback',
    event_id: newId('Ev'),
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [{ enterprise_id: null, ...seen }],
    is_ext_shared_channel: false,
    event_context: newId('4-'),
  };
}

const OF_KIND = {
  channel: 'message.channels',
  group: 'message.groups',
  im: 'message.im',
  mpim: 'message.mpim',
} as const;

const hears = (world: World, name: EventName): boolean =>
  world.settings.events.includes(name) && world.scopes.has(EVENTS[name]);

/** Tells what happened with a message, where the bot wants to know and may. @returns nothing, where it is not told */
export async function tellOf(
  world: World,
  conversation: Conversation,
  event: object,
  { name = OF_KIND[conversation.kind], times = 1 }: { name?: EventName; times?: number } = {},
): Promise<Told | undefined> {
  if (!conversation.member || !hears(world, name)) return undefined;
  const channel_type = name === 'app_mention' ? {} : { channel_type: conversation.kind };
  const payload = envelope(world, { event_ts: newTs(), channel: conversation.id, ...channel_type, ...event });
  const told = await Promise.all(
    Array.from({ length: times }, () => world.delivery.tell('events_api', payload)),
  );
  world.watch.changed();
  return told.find(({ ms }) => ms !== undefined) ?? told[0];
}

export const changedEvent = (now: Message, before: Message): object => ({
  type: 'message',
  subtype: 'message_changed',
  hidden: true,
  ts: newTs(),
  message: now,
  previous_message: before,
});

export const deletedEvent = (before: Message): object => ({
  type: 'message',
  subtype: 'message_deleted',
  hidden: true,
  ts: newTs(),
  deleted_ts: before.ts,
  previous_message: before,
});
