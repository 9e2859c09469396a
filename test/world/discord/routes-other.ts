import * as z from 'zod';
import { type Command, Commands } from './command-limits.ts';
import { refusal } from './errors.ts';
import { readForm, snowflake } from './form.ts';
import { type Channel, channelOf, memberOf, newId } from './objects.ts';
import type { Context, Routes } from './routes.ts';
import { guildOf, type World } from './world.ts';

/** Everything that is not in a channel. */
export const OTHER_ROUTES: Routes = {
  'GET /gateway/bot': ({ gateway }) => ({
    url: gateway,
    shards: 1,
    session_start_limit: { total: 1000, remaining: 999, reset_after: 14_400_000, max_concurrency: 1 },
  }),
  'GET !/gateway': ({ gateway }) => ({ url: gateway }),
  'GET /users/@me': ({ world }) => world.bot,
  'GET /users/{user}': (context) => personIn(context).user,
  'POST /users/@me/channels': ({ world, asking }) => {
    const { recipient_id } = readForm(z.strictObject({ recipient_id: snowflake }), asking.form);
    if (!world.people.has(recipient_id)) throw refusal('unknownUser');
    return channelOf(directWith(world, recipient_id), world.guild, world.bot.id);
  },
  'GET /guilds/{guild}': (context) => guildOf(inGuild(context)),
  'GET /guilds/{guild}/channels': (context) => guildOf(inGuild(context)).channels,
  'GET /guilds/{guild}/members/{user}': (context) => {
    const { user, roles } = personIn(context);
    return { ...memberOf(roles), user };
  },
  'GET /oauth2/applications/@me': ({ world }) => applicationOf(world),
  'GET /applications/@me': ({ world }) => applicationOf(world),
  ...commandsAt('/applications/{app}/commands'),
  ...commandsAt('/applications/{app}/guilds/{guild}/commands'),
};

function commandsAt(path: string): Routes {
  return { [`GET ${path}`]: ({ world }) => world.commands, [`PUT ${path}`]: register };
}

/** All at once: what was there before is gone. */
function register(context: Context): unknown {
  const { world, asking, at } = context;
  if (at.app !== world.bot.id) throw refusal('missingAccess');
  if (at.guild) inGuild(context);
  world.commands = readForm(Commands, asking.form).map((command: Command) => ({
    ...command,
    id: newId(),
    application_id: world.bot.id,
    version: newId(),
    ...(at.guild && { guild_id: at.guild }),
  }));
  return world.commands;
}

const applicationOf = ({ bot }: World): object => ({
  id: bot.id,
  name: bot.username,
  icon: null,
  description: '',
  bot_public: true,
  bot_require_code_grant: false,
  verify_key: '0'.repeat(64),
  team: null,
  flags: 0,
  bot,
});

/** The direct conversation with a person; made where there is none. */
export function directWith(world: World, person: string): Channel {
  const found = [...world.channels.values()].find(
    ({ type, recipient }) => type === 1 && recipient?.id === person,
  );
  if (found) return found;
  const recipient = world.people.get(person)!.user;
  const channel: Channel = { id: newId(), type: 1, recipient, denied: new Set() };
  world.channels.set(channel.id, channel);
  return channel;
}

function personIn({ world, at }: Context) {
  if (at.user === world.bot.id) return { user: world.bot, roles: [] };
  const person = world.people.get(at.user!);
  if (!person) throw refusal('unknownUser');
  return person;
}

function inGuild({ world, at }: Context): World {
  if (at.guild !== world.guild) throw refusal('unknownGuild');
  return world;
}
