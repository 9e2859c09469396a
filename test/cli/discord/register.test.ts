import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConsole } from '../../../adapters/cli/console.ts';
import { type DiscordRequest, declareDiscord, registerCommand } from '../../../adapters/cli/discord.ts';
import { registerCommands } from '../../../adapters/discord/commands.ts';
import { type Discord, startDiscord } from '../../world/discord/server.ts';

let discord: Discord;
beforeEach(async () => {
  discord = await startDiscord();
});
afterEach(() => discord.close());

function read(...args: string[]): DiscordRequest | undefined {
  let request: DiscordRequest | undefined;
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  declareDiscord(program.command('discord'), (found) => {
    request = found;
  });
  for (const command of program.commands)
    for (const each of [command, ...command.commands]) each.exitOverride();
  program.parse(['discord', ...args], { from: 'user' });
  return request;
}

async function register(args: string[], wrong: object = {}) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const streams = { stdin: new PassThrough(), stdout, stderr, env: {} };
  const { token: discordToken, appId: discordAppId, apiUrl: discordApiUrl } = discord;
  const settings = { discordToken, discordAppId, discordApiUrl, ...wrong };
  const request = read('register', ...args)!;
  const code = await registerCommand(request, createConsole(streams as unknown as NodeJS.Process), {
    settings,
    register: registerCommands,
  });
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

describe('spotter discord register', () => {
  it('makes the commands known, and prints what to open', async () => {
    const { code, out } = await register([]);
    expect(code).toBe(0);
    expect(out).toContain('Registered on every server: find, find-forget, Find in image…');
    expect(out).toContain(`https://discord.com/oauth2/authorize?client_id=${discord.appId}&`);
    expect(discord.commands.map(({ name, type }) => [name, type])).toEqual([
      ['find', 1],
      ['find-forget', 1],
      ['Find in image…', 3],
    ]);
    expect(discord.complaints).toEqual([]);
  });

  it('does so on one server, and in JSON', async () => {
    const { out } = await register(['--guild', discord.guildId, '--json']);
    expect(JSON.parse(out)).toMatchObject({
      guild: discord.guildId,
      commands: expect.arrayContaining(['find']),
    });
    expect(discord.calls.at(-1)!.what).toContain(`/guilds/${discord.guildId}/`);
  });

  it('takes only what can be a server', () => {
    expect(() => read('register', '--guild', 'mine')).toThrow('Copy Server ID');
  });

  it.each([
    [{ discordToken: undefined }, 'DISCORD_TOKEN is not set.'],
    [{ discordToken: undefined, discordAppId: undefined }, 'DISCORD_TOKEN and DISCORD_APP_ID are not set.'],
  ])('says what is missing of %o', async (wrong, message) => {
    await expect(register([], wrong)).rejects.toMatchObject({ code: 'bad-config', message });
    expect(discord.calls).toEqual([]);
  });
});
