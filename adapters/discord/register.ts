import { DiscordAPIError, REST, Routes } from 'discord.js';
import { messageOf, SpotterError } from '../../src/errors.ts';
import { COMMANDS } from './commands.ts';
import { bare } from './failures.ts';
import { inviteLink } from './invite.ts';
import { restOptions } from './rest.ts';

export interface RegisterOptions {
  readonly token: string;
  readonly appId: string;
  readonly apiUrl?: string;
  /** The id of one server, where they are there at once; everywhere unless told. */
  readonly guild?: string;
}

export interface Registered {
  /** The names of the commands. */
  readonly commands: readonly string[];
  /** Where somebody adds the bot to a server. */
  readonly invite: string;
}

/**
 * Tells Discord which commands there are; what was there before is replaced. Not at every start: Discord limits it.
 * @throws SpotterError bad-config: what Discord says against the token, the application or the server;
 *   cannot-reply: Discord is not reachable
 */
export async function registerCommands(options: RegisterOptions): Promise<Registered> {
  const { token, appId, apiUrl, guild } = options;
  const route = guild ? Routes.applicationGuildCommands(appId, guild) : Routes.applicationCommands(appId);
  try {
    await new REST(restOptions(apiUrl)).setToken(token).put(route, { body: COMMANDS });
  } catch (thrown) {
    throw refused(thrown);
  }
  return { commands: COMMANDS.map(({ name }) => name), invite: inviteLink(appId) };
}

/** What to look at, by the status that Discord answers with. */
const HINTS: Readonly<Record<number, string>> = {
  401: 'It does not know DISCORD_TOKEN. Copy it anew: https://discord.com/developers/applications, Bot, Reset Token.',
  403: 'DISCORD_TOKEN is of another application than DISCORD_APP_ID, or the bot was not added to that server.',
  404: 'There is no such application or server: check DISCORD_APP_ID and --guild.',
};

export function refused(thrown: unknown): SpotterError {
  const status = thrown instanceof DiscordAPIError ? thrown.status : undefined;
  if (status === undefined || status >= 500) {
    return new SpotterError('cannot-reply', 'Discord cannot be reached.', messageOf(thrown), bare(thrown));
  }
  return new SpotterError('bad-config', 'Discord refuses.', HINTS[status] ?? messageOf(thrown), bare(thrown));
}
