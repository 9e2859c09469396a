import { SpotterError } from '../../../src/errors.ts';
import { safe, safeJson } from '../../../src/safe-text.ts';
import type { Console } from '../console.ts';
import type { DiscordRequest } from './declare.ts';

/** What this command is given; the terminal itself knows no Discord. */
export interface Registering {
  readonly settings: {
    readonly discordToken?: string | undefined;
    readonly discordAppId?: string | undefined;
    readonly discordApiUrl?: string | undefined;
  };
  /** @throws SpotterError bad-config, cannot-reply */
  readonly register: (options: {
    readonly token: string;
    readonly appId: string;
    readonly apiUrl?: string;
    readonly guild?: string;
  }) => Promise<{ readonly commands: readonly string[]; readonly invite: string }>;
}

/** Registers the commands and prints the invitation; resolves to the exit code. @throws SpotterError */
export async function registerCommand(
  { options: { guild, json } }: DiscordRequest,
  console: Console,
  { settings, register }: Registering,
): Promise<number> {
  const { commands, invite } = await register({
    ...account(settings),
    ...(settings.discordApiUrl !== undefined && { apiUrl: settings.discordApiUrl }),
    ...(guild !== undefined && { guild }),
  });
  if (json) {
    console.print(safeJson({ commands, guild: guild ?? null, invite }));
    return 0;
  }
  const where = guild === undefined ? 'on every server' : `on server ${safe(guild)}`;
  console.print(
    `Registered ${where}: ${commands.map(safe).join(', ')}`,
    '',
    'Add the bot to a server:',
    `  ${invite}`,
  );
  if (guild === undefined)
    console.note('People who have Discord open may have to reload it to see new commands.');
  return 0;
}

/** @throws SpotterError bad-config, naming what is missing */
function account({ discordToken: token, discordAppId: appId }: Registering['settings']) {
  if (token !== undefined && appId !== undefined) return { token, appId };
  const missing = [...(token ? [] : ['DISCORD_TOKEN']), ...(appId ? [] : ['DISCORD_APP_ID'])].join(' and ');
  throw new SpotterError(
    'bad-config',
    `${missing} ${missing.includes(' and ') ? 'are' : 'is'} not set.`,
    'Where to get them: https://discord.com/developers/applications; step by step in docs/deploy-discord.md.',
  );
}
