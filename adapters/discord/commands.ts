import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  ContextMenuCommandBuilder,
  InteractionContextType,
  LabelBuilder,
  ModalBuilder,
  type RESTPostAPIApplicationCommandsJSONBody,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';

export const FIND = 'find';
export const FORGET = 'find-forget';
export const FIND_IN_IMAGE = 'Find in image…';
export const OPTION = { image: 'image', link: 'link', expression: 'expression' } as const;

const CONTEXTS = [InteractionContextType.Guild, InteractionContextType.BotDM];
const INSTALLED = [ApplicationIntegrationType.GuildInstall];
const WHAT = 'What to look for, such as: the dog on the left';

/** What people find when they type "/" or open the menu of a message. */
export const COMMANDS: readonly RESTPostAPIApplicationCommandsJSONBody[] = [
  new SlashCommandBuilder()
    .setName(FIND)
    .setDescription('Find something in a picture')
    .setContexts(CONTEXTS)
    .setIntegrationTypes(INSTALLED)
    .addStringOption((o) => o.setName(OPTION.expression).setDescription(WHAT).setRequired(true))
    .addAttachmentOption((o) =>
      o.setName(OPTION.image).setDescription('The picture; the last one unless given'),
    )
    .addStringOption((o) => o.setName(OPTION.link).setDescription('Or where the picture is on the web'))
    .toJSON(),
  new SlashCommandBuilder()
    .setName(FORGET)
    .setDescription('Forget what I remember of your questions')
    .setContexts(CONTEXTS)
    .setIntegrationTypes(INSTALLED)
    .toJSON(),
  new ContextMenuCommandBuilder()
    .setName(FIND_IN_IMAGE)
    .setType(ApplicationCommandType.Message)
    .setContexts(CONTEXTS)
    .setIntegrationTypes(INSTALLED)
    .toJSON(),
];

/** The form behind "Find in image…"; its id says of which message of its channel. */
export const formFor = (message: string | undefined): ModalBuilder =>
  new ModalBuilder()
    .setCustomId([FIND, message ?? ''].join(':'))
    .setTitle(FIND_IN_IMAGE)
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('What to look for')
        .setTextInputComponent(
          new TextInputBuilder()
            .setCustomId(OPTION.expression)
            .setStyle(TextInputStyle.Short)
            .setPlaceholder('the dog on the left')
            .setRequired(true),
        ),
    );

/** What a form is about: a message, or where there is none the conversation. Undefined: it is no form of ours. */
export function readForm(id: string): { readonly message?: string } | undefined {
  const [, message] = /^find:(\d{0,20})$/.exec(id) ?? [];
  if (message === undefined) return undefined;
  return message === '' ? {} : { message };
}
