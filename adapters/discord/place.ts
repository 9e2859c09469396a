import { GuildMember, type Interaction, type Message } from 'discord.js';
import type { Place } from '../../src/chat/contract.ts';
import { PLATFORM } from './platform.ts';
import type { Where } from './threads.ts';

/** Who asks, and where; `event` is what a thread may hang on. */
export const placeOf = (
  { channel, conversation }: Where,
  asker: string,
  member: Interaction['member'] | Message['member'],
  event: string,
): Place => ({ platform: PLATFORM, conversation, channel, asker, roles: rolesOf(member), branch: event });

/** What Discord said of a member. */
interface Told {
  readonly _roles: readonly string[];
}

function rolesOf(member: Interaction['member'] | Message['member']): readonly string[] {
  // Its cache holds only those that the server has told of so far.
  if (member instanceof GuildMember) return (member as unknown as Told)._roles;
  return member?.roles ?? [];
}
