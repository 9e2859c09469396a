import type { Client } from 'discord.js';
import { createInteractionSpot, type InteractionAddress } from './interaction-spot.ts';
import { createReplySpot, type MessageAddress } from './reply-spot.ts';
import type { Spot } from './spot.ts';

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
    : ['interaction', address.appId, address.token, address.first, address.until]
  ).join(' ');

/** Undefined for what is none, or too old. */
export function readResume(text: string, now: number): Address | undefined {
  const [kind, ...parts] = text.split(' ');
  const [first = '', second = '', third, until] = parts;
  if (parts.includes('')) return undefined;
  if (kind === 'message' && parts.length === 2) {
    return { kind, channel: first, message: second, begun: true };
  }
  if (kind !== 'interaction' || parts.length !== 4 || !(Number(until) > now)) return undefined;
  if (third !== 'thinking' && third !== 'nothing') return undefined;
  return { kind, appId: first, token: second, first: third, until: Number(until) };
}

export const spotOf = (client: Client<true>, address: Address): Spot =>
  address.kind === 'message' ? createReplySpot(client, address) : createInteractionSpot(client, address);
