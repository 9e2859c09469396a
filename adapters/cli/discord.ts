import { type Command, InvalidArgumentError } from 'commander';
import { SpotterError } from '../../src/errors.ts';
import { safe, safeJson } from '../../src/text.ts';
import type { Console } from './console.ts';

/** What "spotter discord …" asks for. */
export interface DiscordRequest {
  readonly command: 'discord';
  readonly action: 'register';
  readonly options: {
    /** The id of one server. */
    readonly guild?: string;
    readonly json: boolean;
  };
}

const EXAMPLES = `
Examples:
  spotter discord register                             on every server, now and later
  spotter discord register --guild 1234567890123456    on one server only, to try it

Settings: DISCORD_TOKEN, DISCORD_APP_ID; see docs/deploy-discord.md.`;

/** Declares "discord register". */
export function declareDiscord(discord: Command, found: (request: DiscordRequest) => void): void {
  discord
    .description('Prepare the bot for Discord.')
    .addHelpText('after', EXAMPLES)
    .command('register')
    .summary('make its commands known, and print the link that adds it to a server')
    .description(
      'Tell Discord which commands there are, in place of those it knew, and print the link that adds the bot to a server.',
    )
    .option('--guild <id>', 'on this server only', serverId)
    .option('--json', 'print one JSON object on one line', false)
    .addHelpText('after', EXAMPLES)
    .action((options: DiscordRequest['options']) =>
      found({ command: 'discord', action: 'register', options }),
    );
}

function serverId(text: string): string {
  if (/^\d{5,20}$/.test(text)) return text;
  throw new InvalidArgumentError('It is the number that "Copy Server ID" copies in Discord.');
}

/** The command with Discord behind it. @throws SpotterError */
export async function discordCommand(request: DiscordRequest, console: Console): Promise<number> {
  // Loaded when needed: the other commands know no Discord.
  const { readBotSettings } = await import('../bot/settings.ts');
  const { registerCommands } = await import('../discord/commands.ts');
  return registerCommand(request, console, {
    settings: readBotSettings({ env: process.env }),
    register: registerCommands,
  });
}

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
