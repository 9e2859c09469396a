import { readBotSettings } from '../../bot/settings.ts';
import { registerCommands } from '../../discord/register.ts';
import type { Console } from '../console.ts';
import type { DiscordRequest } from './declare.ts';
import { registerCommand } from './register-command.ts';

/** The command with Discord behind it. @throws SpotterError */
export const discordCommand = (request: DiscordRequest, console: Console): Promise<number> =>
  registerCommand(request, console, {
    settings: readBotSettings({ env: process.env }),
    register: registerCommands,
  });
