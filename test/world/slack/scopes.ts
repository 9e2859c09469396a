import type { Kind } from './world.ts';

/** In which kinds of conversations which scope is needed, for what is read of them. */
const per = (what: 'history' | 'read' | 'write'): Readonly<Record<Kind, string>> => ({
  channel: what === 'write' ? 'channels:manage' : `channels:${what}`,
  group: `groups:${what}`,
  im: `im:${what}`,
  mpim: `mpim:${what}`,
});

/** What a method needs; of a conversation, by its kind. None where it is undefined. */
export const SCOPES: Readonly<Record<string, string | Readonly<Record<Kind, string>> | undefined>> = {
  'auth.test': undefined,
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'chat.delete': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'reactions.add': 'reactions:write',
  'reactions.remove': 'reactions:write',
  'files.delete': 'files:write',
  'files.info': 'files:read',
  'files.getUploadURLExternal': 'files:write',
  'files.completeUploadExternal': 'files:write',
  'conversations.history': per('history'),
  'conversations.replies': per('history'),
  'conversations.info': per('read'),
  'conversations.members': per('read'),
  'conversations.open': 'im:write',
  'users.info': 'users:read',
  'views.open': undefined,
  'views.update': undefined,
  'views.push': undefined,
};

/** What the bot is told of, where it subscribed to it and has the scope. */
export const EVENTS = {
  app_mention: 'app_mentions:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  'message.mpim': 'mpim:history',
} as const;
export type EventName = keyof typeof EVENTS;

/** Everything that there is here. */
export const ALL_SCOPES: readonly string[] = [
  ...new Set([
    'commands',
    ...Object.values(EVENTS),
    ...Object.values(SCOPES).flatMap((each) =>
      each === undefined ? [] : typeof each === 'string' ? [each] : Object.values(each),
    ),
  ]),
];
