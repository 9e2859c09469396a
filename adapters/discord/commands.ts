import { createRequire } from 'node:module';
import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  ContextMenuCommandBuilder,
  DiscordAPIError,
  InteractionContextType,
  LabelBuilder,
  ModalBuilder,
  OAuth2Scopes,
  PermissionFlagsBits,
  REST,
  type RESTOptions,
  type RESTPostAPIApplicationCommandsJSONBody,
  Routes,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { messageOf, SpotterError } from '../../src/errors.ts';
import { bare } from './outgoing.ts';

export const FIND = 'find';
export const FORGET = 'find-forget';
const FIND_IN_IMAGE = 'Find in image…';
export const OPTION = { image: 'image', link: 'link', expression: 'expression' } as const;

const CONTEXTS = [InteractionContextType.Guild, InteractionContextType.BotDM];
const INSTALLED = [ApplicationIntegrationType.GuildInstall];
const WHAT = 'What to look for, such as: the dog on the left';

/** What people find when they type "/" or open the menu of a message. */
const COMMANDS: readonly RESTPostAPIApplicationCommandsJSONBody[] = [
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

/** What a form is about. */
export interface FormTarget {
  /** A message of its channel; the conversation where there is none. */
  readonly message?: string;
  /** That message is shown to the asker alone; so is the answer. */
  readonly onlyAsker: boolean;
}

const ONLY_ASKER = 'asker';

/** The form behind "Find in image…"; its id says what it is about. */
export const formFor = ({ message = '', onlyAsker }: FormTarget): ModalBuilder =>
  new ModalBuilder()
    .setCustomId([FIND, message, ...(onlyAsker ? [ONLY_ASKER] : [])].join(':'))
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

/** What a form is about. Undefined: it is no form of ours. */
export function readForm(id: string): FormTarget | undefined {
  const [, message, only] = /^find:(\d{0,20})(:asker)?$/.exec(id) ?? [];
  if (message === undefined) return undefined;
  return { ...(message !== '' && { message }), onlyAsker: only !== undefined };
}

export interface RegisterOptions {
  readonly token: string;
  readonly appId: string;
  readonly apiUrl?: string;
  /** The id of one server, which knows the commands at once; every server unless given. */
  readonly guild?: string;
}

export interface Registered {
  /** The names of the commands. */
  readonly commands: readonly string[];
  /** Where somebody adds the bot to a server. */
  readonly invite: string;
}

/**
 * Tells Discord which commands there are; what was there before is replaced. Not at every start: Discord limits it.
 * @throws SpotterError bad-config: what Discord says against the token, the application or the server;
 *   cannot-reply: Discord is not reachable
 */
export async function registerCommands(options: RegisterOptions): Promise<Registered> {
  const { token, appId, apiUrl, guild } = options;
  const route = guild ? Routes.applicationGuildCommands(appId, guild) : Routes.applicationCommands(appId);
  try {
    await new REST(restOptions(apiUrl)).setToken(token).put(route, { body: COMMANDS });
  } catch (thrown) {
    throw refused(thrown);
  }
  return { commands: COMMANDS.map(({ name }) => name), invite: inviteLink(appId) };
}

/** What to look at, by the status that Discord answers with. */
const HINTS: Readonly<Record<number, string>> = {
  401: 'It does not know DISCORD_TOKEN. Copy it anew: https://discord.com/developers/applications, Bot, Reset Token.',
  403: 'DISCORD_TOKEN is of another application than DISCORD_APP_ID, or the bot was not added to that server.',
  404: 'There is no such application or server: check DISCORD_APP_ID and --guild.',
};

function refused(thrown: unknown): SpotterError {
  const status = thrown instanceof DiscordAPIError ? thrown.status : undefined;
  if (status === undefined || status >= 500) {
    return new SpotterError('cannot-reply', 'Discord cannot be reached.', messageOf(thrown), bare(thrown));
  }
  return new SpotterError('bad-config', 'Discord refuses.', HINTS[status] ?? messageOf(thrown), bare(thrown));
}

// All copies of undici share one global dispatcher, that of whichever was loaded first; and a form of one copy cannot be
// sent by another. So the client gets the dispatcher of the copy that it comes with.
const require = createRequire(createRequire(import.meta.url).resolve('discord.js'));
const { Agent } = require('undici') as { readonly Agent: new () => NonNullable<RESTOptions['agent']> };

/**
 * How Discord's API is asked; where the gateway is, it says itself. The client keeps to Discord's rate limits, waits when
 * it is told to, and tries again when Discord is not well.
 * @param apiUrl a proxy or a stand-in, with or without the version: "http://127.0.0.1:9000/api"
 */
export const restOptions = (apiUrl?: string): Partial<RESTOptions> => ({
  version: '10',
  agent: new Agent(),
  ...(apiUrl !== undefined && { api: apiUrl.replace(/(\/v\d+)?\/*$/, '') }),
});

/** All that is needed, and nothing more: to see, to answer with a picture, and to find a message again. */
const PERMISSIONS = [
  PermissionFlagsBits.ViewChannel,
  PermissionFlagsBits.SendMessages,
  PermissionFlagsBits.SendMessagesInThreads,
  PermissionFlagsBits.AttachFiles,
  PermissionFlagsBits.ReadMessageHistory,
];

/** Where somebody adds the bot to a server. */
export function inviteLink(appId: string): string {
  const query = new URLSearchParams({
    client_id: appId,
    scope: [OAuth2Scopes.Bot, OAuth2Scopes.ApplicationsCommands].join(' '),
    permissions: String(PERMISSIONS.reduce((all, bit) => all | bit, 0n)),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
