import type { APIUser } from 'discord.js';
import { startFileHost } from '../file-host.ts';
import { listen } from '../http.ts';
import type { Call, Place, Platform, Posted, Trouble, Upload } from '../platform.ts';
import { type Passing, troubles } from '../troubles.ts';
import { watch } from '../watch.ts';
import type { ErrorName } from './errors.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { interactions } from './interactions.ts';
import { told as asTold } from './messages.ts';
import { channelOf, newId, roleOf, userOf } from './objects.ts';
import { type Layout, postLayout, repost, showPreview } from './others.ts';
import type { Permission } from './permissions.ts';
import { type DiscordPerson, personOf } from './person.ts';
import { serve } from './rest.ts';
import { replyOf } from './versions.ts';
import { channelIdOf, may, placeOf, type Settings, type World } from './world.ts';

export interface DiscordOptions extends Partial<Settings> {
  readonly port?: number;
  readonly cdnPort?: number;
}

/** A Discord with one guild, and one bot in it. */
export interface Discord extends Platform {
  /** The base of its API, without a version: "http://127.0.0.1:PORT/api". */
  readonly apiUrl: string;
  readonly token: string;
  readonly appId: string;
  readonly guildId: string;
  readonly gateway: Gateway;
  readonly cdn: World['cdn'];
  /** The commands that were registered last. */
  readonly commands: World['commands'];
  person(name?: string, options?: { readonly roles?: readonly string[] }): DiscordPerson;
  /** The bot is told of a message of a person once more. */
  again(message: Posted): void;
  /** Every request that has this in its "METHOD /path" is refused from now on. */
  refuse(of: string, error: ErrorName): void;
  /** The id of a role, by its name; made where there is none. */
  role(name: string): string;
  /** The id of the role that Discord made for the bot; the picker offers both under one name. */
  readonly botRole: string;
  /** Another bot posts a picture in one of the layouts of Components V2, to all or to one person. */
  postLayout(upload: Upload, options: { place?: Place; layout?: Layout; onlyFor?: string }): Posted;
  /** A webhook posts a message in the place of the person who wrote it, and that one is deleted. */
  repost(message: Posted): Posted;
  /** The picture of a link in a message is shown now. @param shown where Discord keeps its copy */
  showPreview(on: Posted, link: string, shown: string): void;
}

const DENIES: Readonly<Record<Exclude<Trouble, Passing>, readonly Permission[]>> = {
  'no-posting': ['sendMessages', 'sendInThreads'],
  'no-uploads': ['attachFiles'],
  'no-access': ['viewChannel'],
};

/** Errors of Discord that tell of a mistake of the bot, whatever the circumstances. */
const COMPLAINTS = new Set([0, 40005, 40060, 50005, 50006, 50035]);

export async function startDiscord(options: DiscordOptions = {}): Promise<Discord> {
  const bot: APIUser = userOf(newId(), 'spotter', true);
  const cdn = await startFileHost(options.cdnPort === undefined ? {} : { port: options.cdnPort });
  const watching = watch(() => `The bot asked: ${world.calls.slice(-20).map(told).join('; ') || 'nothing'}.`);
  const trouble = troubles();
  const listening = await listen((request, response) => serve(parts, request, response), options.port);
  const gateway = startGateway(listening, () => world);
  const world: World = {
    settings: {
      token: `${Buffer.from(bot.id).toString('base64url')}.stand.in`,
      privileged: 0,
      mostBytes: 10 * 2 ** 20,
      answerWithin: 3000,
      tokenFor: 15 * 60_000,
      heartbeat: 41_250,
      showsReferenced: true,
      retold: (_, data) => data,
      ...options,
    },
    cdn,
    watch: watching,
    bot,
    botRole: newId(),
    guild: newId(),
    channels: new Map(),
    people: new Map(),
    roles: new Map(),
    messages: new Map(),
    commands: [],
    signs: [],
    calls: [],
    dispatch(event, data, times) {
      const channel = 'channel_id' in data ? world.channels.get(String(data.channel_id)) : undefined;
      const hidden = channel && event !== 'INTERACTION_CREATE' && !may(world, channel, 'viewChannel');
      if (!hidden) gateway.dispatch(event, data, times);
      watching.changed();
    },
  };
  const going = interactions(world);
  const refused = new Map<string, ErrorName>();
  const parts = { world, interactions: going, troubles: trouble, refused, gateway: gateway.url };

  function addChannel(name: string): Place {
    const id = newId();
    world.channels.set(id, { id, type: 0, name, denied: new Set() });
    world.dispatch('CHANNEL_CREATE', channelOf(world.channels.get(id)!, world.guild, bot.id));
    return placeOf(world, id);
  }
  const channel = addChannel('general');

  function role(name: string): string {
    const known = world.roles.get(name);
    if (known) return known;
    const id = newId();
    world.roles.set(name, id);
    world.dispatch('GUILD_ROLE_CREATE', { guild_id: world.guild, role: roleOf(id, name) });
    return id;
  }

  const showAgain = (id: string): void =>
    world.dispatch('CHANNEL_UPDATE', channelOf(world.channels.get(id)!, world.guild, bot.id));

  return {
    name: 'discord',
    apiUrl: `${listening.origin}/api`,
    token: world.settings.token,
    appId: bot.id,
    guildId: world.guild,
    gateway,
    cdn,
    channel,
    addChannel,
    role,
    settings: {
      DISCORD_TOKEN: world.settings.token,
      DISCORD_APP_ID: bot.id,
      DISCORD_API_URL: `${listening.origin}/api`,
      SPOTTER_ALLOWED_HOSTS: cdn.host,
    },
    get commands() {
      return world.commands;
    },
    person(name = 'ann', { roles = [] } = {}) {
      const user = userOf(newId(), name);
      world.people.set(user.id, { user, roles: roles.map(role) });
      return personOf(world, going, channel, user);
    },
    thread(on) {
      const parent = channelIdOf(on.place);
      if (!world.channels.has(on.id)) {
        world.channels.set(on.id, { id: on.id, type: 11, name: 'thread', parent, denied: new Set() });
        const shown = channelOf(world.channels.get(on.id)!, world.guild, bot.id);
        world.dispatch('THREAD_CREATE', { ...shown, newly_created: true });
      }
      return placeOf(world, on.id);
    },
    put: (upload) => cdn.put(upload, `/attachments/${channel.channel}/${newId()}/${upload.name}`),
    replies: (place) =>
      [...world.messages.values()]
        .filter(({ message }) => message.author.id === bot.id)
        .filter(({ message }) => !place || message.channel_id === channelIdOf(place))
        .map((stored) => replyOf(world, stored)),
    signs: world.signs,
    calls: world.calls,
    get complaints() {
      return world.calls.filter(({ status, answer }) => {
        const code = (answer as { code?: number } | undefined)?.code;
        return status >= 400 && code !== undefined && COMPLAINTS.has(code);
      });
    },
    until: watching.until,
    trouble(kind, more = {}) {
      if (!(kind in DENIES)) return trouble.add(kind as Passing, more);
      const id = (more.place ?? channel).channel;
      for (const permission of DENIES[kind as keyof typeof DENIES])
        world.channels.get(id)!.denied.add(permission);
      showAgain(id);
    },
    botRole: world.botRole,
    postLayout: (upload, { place = channel, layout = 'gallery', onlyFor }) =>
      postLayout(world, { upload, place, layout, ...(onlyFor !== undefined && { onlyFor }) }),
    postPicture: (upload, place = channel) => postLayout(world, { upload, place, layout: 'gallery' }),
    repost: (message) => repost(world, message),
    showPreview: (on, link, shown) => showPreview(world, on, link, shown),
    again: ({ id }) => world.dispatch('MESSAGE_CREATE', asTold(world, world.messages.get(id)!.message)),
    refuse: (of, error) => void refused.set(of, error),
    recover() {
      trouble.clear();
      refused.clear();
      for (const { id, denied } of world.channels.values()) {
        if (denied.size === 0) continue;
        denied.clear();
        showAgain(id);
      }
    },
    disconnect: () => gateway.drop(),
    async close() {
      gateway.close();
      await Promise.all([listening.close(), cdn.close()]);
    },
  };
}

const told = ({ what, status, answer }: Call): string =>
  `${what} (${status}${status >= 400 ? ` ${JSON.stringify(answer)}` : ''})`;
