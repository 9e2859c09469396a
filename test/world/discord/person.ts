import type { APIAttachment, APIUser } from 'discord.js';
import type { Asked, Person, Place, Posted, Question, Reply, Said, Upload } from '../platform.ts';
import { type Interaction, type Interactions, KIND } from './interactions.ts';
import { remove, told } from './messages.ts';
import { inputsOf, submitted } from './modal-limits.ts';
import type { Channel } from './objects.ts';
import { directWith } from './routes-other.ts';
import { speak } from './speaking.ts';
import { versionOf } from './versions.ts';
import { attach, channelIdOf, placeOf, type Stored, type World } from './world.ts';

/** A person on Discord, with what only Discord has. */
export interface DiscordPerson extends Person {
  /** Any command; an option is a text or a file. Throws where no such command is registered. */
  slash(
    name: string,
    options?: Readonly<Record<string, string | Upload | undefined>>,
    where?: { readonly place?: Place; readonly times?: number },
  ): Promise<Asked>;
  /** Any command on a message, and what to write into the fields of its form, in their order. */
  contextMenu(name: string, on: Posted, values?: readonly string[], times?: number): Promise<Asked>;
}

/** What they are called is part of what the bot promises. */
const FIND = 'find';
const FORGET = 'find-forget';
const SHORTCUT = 'Find in image…';

export function personOf(
  world: World,
  interactions: Interactions,
  usual: Place,
  user: APIUser,
): DiscordPerson {
  const channelOf = ({ place, replyTo }: Question): Channel =>
    world.channels.get(channelIdOf(place ?? replyTo?.place ?? usual))!;

  const asked = (interaction: Interaction): Asked => ({
    place: placeOf(world, interaction.channel.id),
    at: interaction.at,
    acknowledged: () =>
      world.watch.until(
        () => interaction.acknowledgedAt !== undefined && interaction.acknowledgedAt - interaction.at,
      ),
  });

  function said(stored: Stored): Said {
    const { id, channel_id } = stored.message;
    const { at } = stored.versions[0]!;
    const place = placeOf(world, channel_id);
    const isNear = (channel: string): boolean => channel === channel_id || channel === id;
    const firstSign = (): number | undefined => {
      const signs = world.signs.filter((sign) => sign.at >= at && isNear(channelIdOf(sign.place)));
      const sent = [...world.messages.values()].filter(
        ({ message }) => message.author.id === world.bot.id && isNear(message.channel_id) && message.id > id,
      );
      const times = [...signs.map((sign) => sign.at), ...sent.map(({ versions }) => versions[0]!.at)];
      return times.length > 0 ? Math.min(...times) - at : undefined;
    };
    return { id, place, at, acknowledged: () => world.watch.until(firstSign) };
  }

  function registered(name: string, type: 1 | 3) {
    const command = world.commands.find((each) => each.name === name && each.type === type);
    if (command) return command;
    throw new Error(
      `No command "${name}"; there is ${world.commands.map((each) => each.name).join(', ') || 'none'}.`,
    );
  }

  const ownMessage = ({ id }: Posted): Stored => {
    const stored = world.messages.get(id);
    if (stored?.message.author.id === user.id && stored.removed === undefined) return stored;
    throw new Error(`${user.username} has no such message.`);
  };

  const person: DiscordPerson = {
    id: user.id,
    name: user.username,
    async slash(name, options = {}, { place, times } = {}) {
      const command = registered(name, 1);
      const channel = world.channels.get(channelIdOf(place ?? usual))!;
      const attachments: Record<string, APIAttachment> = {};
      const given = Object.entries(options).flatMap(([option, value]) => {
        if (value === undefined) return [];
        const known = ('options' in command ? (command.options ?? []) : []).find(
          (each) => each.name === option,
        );
        if (known?.type !== (typeof value === 'string' ? 3 : 11))
          throw new Error(`/${name} has no option "${option}".`);
        if (typeof value === 'string') return [{ name: option, type: 3, value: fitting(value, known) }];
        const attachment = attach(world, channel.id, value);
        attachments[attachment.id] = attachment;
        return [{ name: option, type: 11, value: attachment.id }];
      });
      const resolved = Object.keys(attachments).length > 0 && { resolved: { attachments } };
      const data = { id: command.id, name, type: 1, options: given, ...resolved };
      return asked(interactions.start({ kind: KIND.command, user, channel, name }, data, times));
    },
    async contextMenu(name, on, values = [], times = 1) {
      const command = registered(name, 3);
      const { message } = world.messages.get(on.id)!;
      const channel = world.channels.get(message.channel_id)!;
      const resolved = { messages: { [message.id]: message } };
      const data = { id: command.id, name, type: 3, target_id: message.id, resolved };
      const opened = interactions.start({ kind: KIND.command, user, channel, name }, data, times);
      await world.watch.until(() => opened.acknowledgedAt !== undefined);
      const { modal } = opened;
      if (!modal) return asked(opened);
      const filled: Record<string, string> = {};
      for (const [place, input] of inputsOf(modal).entries()) {
        const value = values[place] ?? input.value ?? '';
        if (value !== '' || (input.required ?? true))
          fitting(value, { ...input, min_length: input.min_length ?? 1 });
        filled[input.custom_id] = value;
      }
      const form = { custom_id: modal.custom_id, components: submitted(modal, filled) };
      return asked(interactions.start({ kind: KIND.modal, user, channel }, form, times));
    },
    command: ({ text, images, link, place, times }) => {
      const options = { image: images?.[0], link, expression: text };
      return person.slash(FIND, options, { ...(place && { place }), ...(times && { times }) });
    },
    forget: (place) => person.slash(FORGET, {}, place && { place }),
    shortcut: (on, { text = '', times }) => person.contextMenu(SHORTCUT, on, [text], times),
    mention: async (question) =>
      said(speak(world, { user, channel: channelOf(question) }, { ...question, mentions: true })),
    say: async (question) =>
      said(speak(world, { user, channel: channelOf(question) }, { ...question, mentions: false })),
    direct: async (question) =>
      said(speak(world, { user, channel: directWith(world, user.id) }, { ...question, mentions: false })),
    async press(on: Reply, button, { times } = {}) {
      const stored = world.messages.get(on.id)!;
      const { buttons = [] } = stored.versions.at(-1) ?? {};
      const found = buttons.find(({ id, label }) => id === button || label === button);
      const hidden = stored.removed !== undefined || ![undefined, user.id].includes(stored.onlyFor);
      if (!found || found.disabled || hidden) {
        throw new Error(
          `No button "${button}" to press; there is ${buttons.map(({ label }) => label).join(', ') || 'none'}.`,
        );
      }
      const channel = world.channels.get(stored.message.channel_id)!;
      const data = { custom_id: found.id, component_type: 2, id: 2 };
      return asked(interactions.start({ kind: KIND.component, user, channel, message: stored }, data, times));
    },
    async edit(on, text) {
      const stored = ownMessage(on);
      const content = stored.message.content.startsWith(`<@${world.bot.id}>`)
        ? `<@${world.bot.id}> ${text}`
        : text;
      stored.message = { ...stored.message, content, edited_timestamp: new Date().toISOString() };
      stored.versions.push(versionOf(stored.message, [], { text }));
      world.dispatch('MESSAGE_UPDATE', told(world, stored.message));
    },
    async remove(on) {
      remove(world, ownMessage(on));
    },
  };
  return person;
}

/** @throws where Discord's own form would not let it be sent */
function fitting(
  value: string,
  limits: { min_length?: number | undefined; max_length?: number | undefined },
): string {
  const { min_length: least = 0, max_length: most = 6000 } = limits;
  const { length } = [...value];
  if (length >= least && length <= most) return value;
  throw new Error(`The form wants ${least} to ${most} characters, not ${length}.`);
}
