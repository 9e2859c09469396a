import { type Command, InvalidArgumentError } from 'commander';

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
export function declareDiscord(program: Command, found: (request: DiscordRequest) => void): void {
  program
    .command('discord')
    .summary('prepare the bot for Discord')
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
