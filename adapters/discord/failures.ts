import { DiscordAPIError, HTTPError } from 'discord.js';
import { SpotterError } from '../../src/errors.ts';

/** Discord's numbers of what can be foreseen. */
export const CODE = {
  unknownMessage: 10008,
  unknownInteraction: 10062,
  tooLarge: 40005,
  acknowledged: 40060,
  missingAccess: 50001,
  cannotWriteTo: 50007,
  missingPermissions: 50013,
  invalidToken: 50027,
  noHistory: 160002,
} as const;

export const isCode = (thrown: unknown, ...codes: readonly number[]): boolean =>
  thrown instanceof DiscordAPIError && codes.includes(Number(thrown.code));

/** Discord knows of no such thing, or not for us. */
export const isDenied = (thrown: unknown): boolean =>
  thrown instanceof DiscordAPIError && [403, 404].includes(thrown.status);

const REASONS: Readonly<Record<number, string>> = {
  [CODE.unknownMessage]: 'The message is gone.',
  [CODE.tooLarge]: 'The picture is too large to be posted here.',
  [CODE.missingAccess]: 'I cannot see that channel.',
  [CODE.cannotWriteTo]: 'This person does not take messages from me.',
  [CODE.missingPermissions]: 'I may not post that here.',
  [CODE.invalidToken]: 'It is too late to answer this.',
};

/** Why something could not be said: that Discord refused it, or else what the network says. */
export function cannotReply(thrown: unknown): unknown {
  if (thrown instanceof SpotterError) return thrown;
  if (thrown instanceof Error && !(thrown instanceof DiscordAPIError)) return bare(thrown);
  const code = thrown instanceof DiscordAPIError ? Number(thrown.code) : undefined;
  const sentence = (code !== undefined && REASONS[code]) || undefined;
  const hint =
    'The permissions that I need: View Channel, Send Messages, Attach Files, Read Message History.';
  return new SpotterError('cannot-reply', sentence, hint, bare(thrown));
}

/** A failure as it may be logged: the client's own carry the address, with an interaction's token, and all that was sent. */
export function bare(thrown: unknown): unknown {
  if (!(thrown instanceof DiscordAPIError || thrown instanceof HTTPError)) return thrown;
  const code = thrown instanceof DiscordAPIError ? `, code ${thrown.code}` : '';
  return new Error(`Discord answers ${thrown.status}${code}: ${thrown.message}`);
}
