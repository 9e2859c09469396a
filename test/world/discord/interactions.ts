import { randomBytes } from 'node:crypto';
import type { APIUser } from 'discord.js';
import { invalidForm, refusal } from './errors.ts';
import { readForm } from './form.ts';
import { Written } from './limits.ts';
import { change, type Letter, send } from './messages.ts';
import { Modal } from './modal-limits.ts';
import { type Channel, channelOf, memberOf, newId } from './objects.ts';
import { EVERYTHING } from './permissions.ts';
import { FLAGS } from './versions.ts';
import { mayIn, placeOf, type Stored, type World } from './world.ts';

/** Numbers of the kinds of interactions. */
export const KIND = { command: 2, component: 3, modal: 5 } as const;

/** Something that a person did with the bot, and what became of it. */
export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly kind: (typeof KIND)[keyof typeof KIND];
  readonly at: number;
  readonly user: APIUser;
  readonly channel: Channel;
  /** The message with the button, or of which the form came. */
  readonly message?: Stored;
  readonly name?: string;
  acknowledgedAt?: number;
  /** What the bot answered with: its message, or its form. */
  original?: Stored;
  modal?: Modal;
  /** Still "thinking…". */
  deferred: boolean;
}

export interface Interactions {
  /** A person does something: the bot is told. */
  start(
    doing: Pick<Interaction, 'kind' | 'user' | 'channel' | 'message' | 'name'>,
    data: object,
    times?: number,
  ): Interaction;
  /** By id and token. @throws Refusal, where there is none, or it is too late */
  answering(id: string, token: string): Interaction;
  /** By token. @throws Refusal, where it was not answered yet, or where that is too long ago */
  answered(token: string): Interaction;
}

export function interactions(world: World): Interactions {
  const all = new Map<string, Interaction>();
  return {
    start({ kind, user, channel, message, name }, data, times) {
      const [id, token] = [newId(), randomBytes(60).toString('base64url')];
      const more = { ...(message && { message }), ...(name !== undefined && { name }) };
      const interaction: Interaction = {
        id,
        token,
        kind,
        at: Date.now(),
        user,
        channel,
        deferred: false,
        ...more,
      };
      all.set(token, interaction);
      world.dispatch('INTERACTION_CREATE', shown(world, interaction, data), times);
      return interaction;
    },
    answering(id, token) {
      const interaction = all.get(token);
      if (!interaction || interaction.id !== id) throw refusal('unknownInteraction');
      if (interaction.acknowledgedAt !== undefined) throw refusal('alreadyAcknowledged');
      if (Date.now() - interaction.at > world.settings.answerWithin) throw refusal('unknownInteraction');
      return interaction;
    },
    answered(token) {
      const interaction = all.get(token);
      if (interaction?.acknowledgedAt === undefined) throw refusal('unknownWebhook');
      if (Date.now() - interaction.at > world.settings.tokenFor) throw refusal('invalidToken');
      return interaction;
    },
  };
}

function shown(world: World, interaction: Interaction, data: object): object {
  const { id, token, kind, user, channel, message } = interaction;
  const { guild, bot, people, settings } = world;
  const direct = channel.type === 1;
  const permissions = String(EVERYTHING);
  const member = { ...memberOf(people.get(user.id)?.roles ?? []), user, permissions };
  return {
    id,
    application_id: bot.id,
    type: kind,
    token,
    version: 1,
    data,
    channel_id: channel.id,
    channel: { ...channelOf(channel, guild, bot.id), permissions },
    ...(direct ? { user } : { member, guild_id: guild, guild: { id: guild, locale: 'en-US', features: [] } }),
    ...(message && { message: message.message }),
    locale: 'en-US',
    ...(!direct && { guild_locale: 'en-US' }),
    app_permissions: String(direct ? EVERYTHING : mayIn(world, channel)),
    entitlements: [],
    authorizing_integration_owners: { '0': direct ? '0' : guild },
    context: direct ? 1 : 0,
    attachment_size_limit: settings.mostBytes,
  };
}

/** Answers of each type, as documented under "Interaction Callback Type". */
type Answer = (world: World, interaction: Interaction, letter: Letter<unknown>) => void;

const post = (world: World, interaction: Interaction, letter: Letter, flags: number): Stored => {
  const { user, channel, id, kind, name } = interaction;
  const ephemeral = (((letter.form.flags ?? 0) | flags) & FLAGS.ephemeral) !== 0;
  const metadata = { id, type: kind, user, authorizing_integration_owners: { '0': world.guild } };
  const more = {
    type: kind === KIND.command ? 20 : 0,
    webhook_id: world.bot.id,
    application_id: world.bot.id,
    flags,
    interaction_metadata: metadata,
    ...(name !== undefined && { interaction: { id, type: kind, name, user } }),
  } as unknown as NonNullable<Parameters<typeof send>[2]['more']>;
  return send(world, letter, { channel, author: world.bot, more, ...(ephemeral && { onlyFor: user.id }) });
};

const ofMessage = ({ kind, message }: Interaction): Stored => {
  if (kind === KIND.command || !message) {
    const reason = {
      code: 'INTERACTION_TYPE_INVALID',
      message: 'Only for components and forms of a message',
    };
    throw invalidForm([{ path: ['type'], ...reason }]);
  }
  return message;
};

const ANSWERS: Readonly<Record<number, Answer>> = {
  4: (world, interaction, { form, files }) => {
    interaction.original = post(world, interaction, { form: readForm(Written, form), files }, 0);
  },
  5: (world, interaction, { form }) => {
    const { flags } = readForm(Written, form);
    const letter = { form: { flags: flags ?? 0 }, files: [] };
    interaction.original = post(world, interaction, letter, FLAGS.loading);
    interaction.deferred = true;
    const place = placeOf(world, interaction.channel.id);
    world.signs.push({ kind: 'thinking', place, at: Date.now(), on: interaction.original.message.id });
  },
  6: (_world, interaction) => {
    interaction.original = ofMessage(interaction);
  },
  7: (world, interaction, { form, files }) => {
    interaction.original = ofMessage(interaction);
    change(world, interaction.original, { form: readForm(Written, form), files });
  },
  9: (_world, interaction, { form }) => {
    if (interaction.kind === KIND.modal) {
      const reason = { code: 'INTERACTION_TYPE_INVALID', message: 'A form cannot be answered with a form' };
      throw invalidForm([{ path: ['type'], ...reason }]);
    }
    interaction.modal = readForm(Modal, form);
  },
};

/** The bot answers for the first time. @throws Refusal */
export function answer(world: World, interaction: Interaction, letter: Letter<unknown>): void {
  const { type, data } = (letter.form ?? {}) as { type?: unknown; data?: unknown };
  const act = ANSWERS[Number(type)];
  if (!act) {
    const message = `Value must be one of (${Object.keys(ANSWERS).join(', ')}).`;
    throw invalidForm([{ path: ['type'], code: 'BASE_TYPE_CHOICES', message }]);
  }
  act(world, interaction, { form: data, files: letter.files });
  interaction.acknowledgedAt = Date.now();
}

/** The bot says more. Directly after "thinking…" it is this that it was thinking of. @throws Refusal */
export function followUp(world: World, interaction: Interaction, letter: Letter): Stored {
  const { original } = interaction;
  if (!interaction.deferred || !original) return post(world, interaction, letter, 0);
  interaction.deferred = false;
  change(world, original, letter);
  return original;
}
