import type { Place, Reply } from '../platform.ts';
import { placeOf, type Stored, threadOf, type World } from './world.ts';

/** The bot's messages; those of one place, where one is given. */
export const repliesIn = (world: World, place: Place | undefined): Reply[] =>
  world.messages
    .filter(({ message }) => message.user === world.bot.user)
    .map(replyOf)
    .filter(
      (reply) => !place || (reply.place.channel === place.channel && reply.place.thread === place.thread),
    );

function replyOf({ conversation, message, versions, pings, onlyFor, removed }: Stored): Reply {
  return {
    ...versions.at(-1)!,
    id: message.ts,
    place: placeOf(conversation, threadOf(message)),
    versions,
    pings,
    ...(onlyFor !== undefined && { onlyFor }),
    ...(removed !== undefined && { removed }),
  };
}
