import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  type Message,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
} from 'discord.js';
import { createBounded } from '../../src/bounded.ts';
import { acknowledgeOnce, type ChatQuestion } from '../../src/chat/contract.ts';
import { formatError } from '../../src/chat/wording.ts';
import { asSpotterError, SpotterError } from '../../src/errors.ts';
import type { PictureRef, Place } from '../../src/place.ts';
import { FIND, FORGET, formFor, OPTION, readForm } from './commands.ts';
import { type Deps, PLATFORM, placeOf } from './context.ts';
import { bare, CODE, isCode, outgoing } from './outgoing.ts';
import { attachmentRef, linkRef, messageRef, picturesAt, picturesOf } from './pictures.ts';
import {
  createHandle,
  ENOUGH_MS,
  type Handle,
  INTERACTION_MS,
  type InteractionAddress,
  replyTargetOf,
  resumeOf,
} from './reply.ts';

type Acknowledged = ChatInputCommandInteraction | ModalSubmitInteraction | ButtonInteraction;

/** What a command or a form asks. */
interface Asked {
  readonly text: string;
  readonly pictures: () => Promise<readonly PictureRef[]> | readonly PictureRef[];
  /** The reply and its picture are visible only to the person who asked. */
  readonly onlyAsker?: boolean;
}

/** Visible only to the person who asked. */
const isForOne = ({ flags }: Message): boolean => flags.has(MessageFlags.Ephemeral);

/** Discord waits three seconds. */
const ACKNOWLEDGE_MS = 2000;

/** As many interactions are known, to not acknowledge one twice. */
const KEPT = 5000;

/** Questions as commands and forms, and presses of buttons. */
export function createInteractionListener(deps: Deps) {
  const { client, chat, log, fetch, whereIs, onAcknowledged } = deps;
  const seen = createBounded<true>(KEPT);
  /** Pictures of the messages that a form was opened on: from there we need not be able to read the channel. */
  const opened = createBounded<readonly PictureRef[]>(KEPT);

  /** What is said about a picture that one person is shown is a conversation of its own. */
  async function placeIn(interaction: Acknowledged, onlyAsker = false) {
    const { user, member, id } = interaction;
    const where = await whereIs(interaction.channelId ?? '', interaction.channel);
    const conversation = onlyAsker ? `${where.conversation}/${user.id}` : where.conversation;
    return { where, place: placeOf({ ...where, conversation }, user.id, member, id) };
  }

  /** @param accepted what is done once the question is written down */
  function begin(
    interaction: Acknowledged,
    { first, to }: Pick<InteractionAddress, 'first' | 'to'>,
    accepted?: () => Promise<void>,
  ) {
    const { applicationId: appId, token, createdTimestamp, attachmentSizeLimit } = interaction;
    const until = createdTimestamp + INTERACTION_MS;
    const address = { kind: 'interaction', appId, token, first, to, until } as const;
    const handle: Handle = createHandle({
      spot: replyTargetOf(client, address),
      afterMs: ENOUGH_MS[first],
      maxBytes: attachmentSizeLimit,
      ...{ fetch, ...(accepted && { accepted }) },
    });
    return { handle, resume: resumeOf(address) };
  }

  async function ask(
    interaction: ChatInputCommandInteraction | ModalSubmitInteraction,
    { text, pictures, onlyAsker = false }: Asked,
  ): Promise<void> {
    await acknowledgedWhenAccepted(
      () => interaction.deferReply(onlyAsker ? { flags: MessageFlags.Ephemeral } : {}),
      async (accepted) => {
        const to = onlyAsker ? 'asker' : 'all';
        const { handle, resume } = begin(interaction, { first: 'thinking', to }, accepted);
        const { where, place } = await placeIn(interaction, onlyAsker);
        const question: ChatQuestion = {
          ...place,
          eventId: interaction.id,
          text,
          pictures: await pictures(),
          ...(where.around && { around: where.around }),
          ...(onlyAsker && { within: where.conversation }),
          resume,
        };
        await chat.ask(question, handle);
      },
    );
  }

  const acknowledgedWhenAccepted = (
    acknowledge: () => Promise<unknown>,
    work: (accepted: () => Promise<void>) => Promise<void>,
  ): Promise<void> => {
    const send = () =>
      acknowledged(acknowledge).catch((err) =>
        log.error({ platform: PLATFORM, err: bare(err) }, 'An interaction is not acknowledged'),
      );
    return acknowledgeOnce(send, ACKNOWLEDGE_MS, work);
  };

  async function acknowledged(acknowledge: () => Promise<unknown>): Promise<void> {
    const start = performance.now();
    try {
      await acknowledge();
      onAcknowledged(performance.now() - start);
    } catch (thrown) {
      // Another process was faster. Which of us answers is for the core to say.
      if (!isCode(thrown, CODE.acknowledged)) throw thrown;
    }
  }

  const commands: Readonly<Record<string, (interaction: ChatInputCommandInteraction) => Promise<void>>> = {
    [FIND](interaction) {
      const image = interaction.options.getAttachment(OPTION.image);
      const link = interaction.options.getString(OPTION.link)?.trim();
      const pictures = [...(image ? [attachmentRef(image)] : []), ...(link ? [linkRef(link)] : [])];
      const text = interaction.options.getString(OPTION.expression, true);
      return ask(interaction, { text, pictures: () => pictures });
    },
    async [FORGET](interaction) {
      await acknowledged(() => interaction.deferReply({ flags: MessageFlags.Ephemeral }));
      const { handle } = begin(interaction, { first: 'thinking', to: 'asker' });
      const { place } = await placeIn(interaction);
      await handle.answer({ text: await forget(place) });
    },
  };

  const forget = (place: Place): Promise<string> =>
    chat.forget(place).then(
      (count) =>
        count === 0 ? 'There was nothing of yours to forget.' : `Forgotten: all ${count} that I knew of you.`,
      (thrown) => formatError(asSpotterError(thrown)),
    );

  /** The form comes first: it is the acknowledgement, and nothing may be awaited before it. */
  async function openForm(interaction: MessageContextMenuCommandInteraction): Promise<void> {
    const { targetMessage: target } = interaction;
    // On our own answer, it goes on with what that was about.
    const isOurs = target.author.id === client.user.id;
    const pictures = picturesOf(target);
    if (!isOurs && pictures.length === 0) {
      const text = formatError(new SpotterError('no-picture', 'There is no picture in that message.'));
      const { content, allowedMentions } = outgoing({ text });
      return void (await interaction.reply({ content, allowedMentions, flags: MessageFlags.Ephemeral }));
    }
    opened.set(`${interaction.user.id}/${target.id}`, pictures);
    const about = { ...(!isOurs && { message: target.id }), onlyAsker: isForOne(target) };
    await acknowledged(() => interaction.showModal(formFor(about)));
  }

  async function submitted(interaction: ModalSubmitInteraction): Promise<void> {
    const form = readForm(interaction.customId);
    if (!form) return;
    const text = interaction.fields.getTextInputValue(OPTION.expression);
    const pictures = () => picturesOn(interaction, form.message);
    await ask(interaction, { text, pictures, onlyAsker: form.onlyAsker });
  }

  /** Only what the asker was shown, or what is in the channel where they are: what comes back could be made up. */
  async function picturesOn(
    { channelId, user }: ModalSubmitInteraction,
    message: string | undefined,
  ): Promise<readonly PictureRef[]> {
    if (message === undefined || !channelId) return [];
    const shown = opened.get(`${user.id}/${message}`);
    const known = shown ?? (await picturesAt(client, `${channelId}/${message}`).catch(() => []));
    return known.length > 0 ? known : [messageRef(channelId, message)];
  }

  async function pressed(interaction: ButtonInteraction): Promise<void> {
    await acknowledgedWhenAccepted(
      () => interaction.deferUpdate(),
      async (accepted) => {
        const onlyAsker = isForOne(interaction.message);
        const to = onlyAsker ? 'asker' : 'all';
        const { handle, resume } = begin(interaction, { first: 'nothing', to }, accepted);
        const { place } = await placeIn(interaction, onlyAsker);
        await chat.press({ ...place, eventId: interaction.id, button: interaction.customId, resume }, handle);
      },
    );
  }

  return async (interaction: Interaction): Promise<void> => {
    if (interaction.user.bot || seen.get(interaction.id)) return;
    seen.set(interaction.id, true);
    if (interaction.isChatInputCommand()) await commands[interaction.commandName]?.(interaction);
    else if (interaction.isMessageContextMenuCommand()) await openForm(interaction);
    else if (interaction.isModalSubmit()) await submitted(interaction);
    else if (interaction.isButton()) await pressed(interaction);
  };
}
