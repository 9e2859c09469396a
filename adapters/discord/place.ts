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

function rolesOf(member: Interaction['member'] | Message['member']): readonly string[] {
  if (member instanceof GuildMember) return [...member.roles.cache.keys()];
  return member?.roles ?? [];
}
