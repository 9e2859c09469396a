import type { Place } from '../chat/contract.ts';
import { SpotterError } from '../errors.ts';

/** Ids as the platform gives them, or "discord:123" where those of two platforms could be mistaken. Empty: all. */
export interface Allowed {
  readonly users?: readonly string[];
  /** Whoever has one of them may ask, also without being among the users. */
  readonly roles?: readonly string[];
  readonly channels?: readonly string[];
}

/** Whether somebody may ask at all, and there. */
export function createAllowList({ users = [], roles = [], channels = [] }: Allowed) {
  const [who, as, where] = [new Set(users), new Set(roles), new Set(channels)];
  /** @throws SpotterError not-allowed */
  return ({ platform, asker, channel, roles: has = [] }: Place): void => {
    const named = (list: ReadonlySet<string>, id: string) => list.has(id) || list.has(`${platform}:${id}`);
    if (where.size > 0 && !named(where, channel)) throw notAllowed('I do not answer in this channel.');
    if (who.size === 0 && as.size === 0) return;
    if (named(who, asker) || has.some((role) => named(as, role))) return;
    throw notAllowed('You are not on the list of those who may ask me.');
  };
}

const notAllowed = (sentence: string): SpotterError =>
  new SpotterError('not-allowed', sentence, 'Whoever runs the bot can change SPOTTER_ALLOWED_….');
