import type { AllowedMentions } from './limits.ts';
import type { World } from './world.ts';

interface Sent {
  readonly content: string;
  readonly allowed: AllowedMentions | null | undefined;
  /** Who wrote the message that this one replies to. */
  readonly repliedTo?: string;
  /** Whether it may mention everyone. */
  readonly mayAll: boolean;
}

/** Who is notified by a message of the bot: ids of people and roles, and "everyone". */
export function pingsOf(world: World, { content, allowed, repliedTo, mayAll }: Sent): string[] {
  const found = (pattern: RegExp) => [...content.matchAll(pattern)].map((match) => match[1]!);
  const permits = (kind: 'users' | 'roles', id: string): boolean =>
    !allowed || (allowed.parse ?? []).includes(kind) || (allowed[kind] ?? []).includes(id);
  const people = found(/<@!?(\d+)>/g).filter((id) => world.people.has(id) && permits('users', id));
  const roles = found(/<@&(\d+)>/g).filter(
    (id) => [...world.roles.values()].includes(id) && permits('roles', id),
  );
  const everyone = /@(everyone|here)\b/.test(content) && mayAll;
  const allPermitted = !allowed || (allowed.parse ?? []).includes('everyone');
  // Somebody who is replied to is notified unless the bot says no, or says anything at all about mentions.
  const replied = repliedTo !== undefined && (allowed?.replied_user ?? !allowed);
  const all = [...people, ...roles, ...(everyone && allPermitted ? ['everyone'] : [])];
  return [...new Set(replied ? [...all, repliedTo] : all)];
}
