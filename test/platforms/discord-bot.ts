import {
  type Attachment,
  AttachmentBuilder,
  ButtonStyle,
  Client,
  ComponentType,
  Events,
  GatewayIntentBits,
  type Interaction,
  type Message,
  MessageFlags,
  Partials,
  REST,
  Routes,
  TextInputStyle,
} from 'discord.js';
import type { Discord } from '../world/discord/server.ts';

/** A bot that does no more than answer by everything that Discord has, on the real client. */
export async function startDiscordBot(
  discord: Discord,
  intents: readonly GatewayIntentBits[] = INTENTS,
): Promise<Client> {
  const rest = { api: discord.apiUrl, version: '10', retries: 1 } as const;
  await new REST(rest)
    .setToken(discord.token)
    .put(Routes.applicationCommands(discord.appId), { body: COMMANDS });
  const client = new Client({ intents: [...intents], partials: [Partials.Channel], rest });
  client.on(Events.InteractionCreate, (interaction) => onInteraction(interaction).catch(() => {}));
  client.on(Events.MessageCreate, (message) => onMessage(message).catch(() => {}));
  client.on(Events.Error, () => {});
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(discord.token);
  await ready;
  return client;
}

export const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
];

const COMMANDS = [
  {
    name: 'find',
    description: 'Find something in a picture',
    options: [
      { type: 3, name: 'expression', description: 'What to find', required: true, max_length: 300 },
      { type: 11, name: 'image', description: 'The picture' },
      { type: 3, name: 'link', description: 'Where the picture is' },
    ],
  },
  { name: 'find-forget', description: 'Forget me' },
  { name: 'Find in image…', type: 3 },
];

const ROW = {
  type: ComponentType.ActionRow,
  components: [
    { type: ComponentType.Button, style: ButtonStyle.Primary, label: 'why?', customId: 'why' },
    {
      type: ComponentType.Button,
      style: ButtonStyle.Secondary,
      label: 'right',
      customId: 'right',
      disabled: true,
    },
  ],
} as const;

async function annotated(attachment: Attachment | undefined): Promise<AttachmentBuilder[]> {
  if (!attachment) return [];
  const response = await fetch(attachment.url);
  if (!response.ok) throw new Error(`${response.status}`);
  return [
    new AttachmentBuilder(Buffer.from(await response.arrayBuffer()), {
      name: 'out.jpg',
      description: 'the answer',
    }),
  ];
}

async function onInteraction(interaction: Interaction): Promise<void> {
  if (interaction.isChatInputCommand()) {
    if (interaction.commandName === 'find-forget') {
      await interaction.reply({ content: 'forgotten', flags: MessageFlags.Ephemeral });
      return;
    }
    await interaction.deferReply();
    const content = `found ${interaction.options.getString('expression', true)}`;
    const files = await annotated(interaction.options.getAttachment('image') ?? undefined);
    await interaction.editReply({ content, files, components: [ROW], allowedMentions: { parse: [] } });
    return;
  }
  if (interaction.isMessageContextMenuCommand()) {
    const component = { type: ComponentType.TextInput, custom_id: 'q', style: TextInputStyle.Short } as const;
    const label = { type: ComponentType.Label, label: 'What?', component } as const;
    await interaction.showModal({ custom_id: interaction.targetId, title: 'Find', components: [label] });
    return;
  }
  if (interaction.isModalSubmit()) {
    await interaction.reply(`on ${interaction.customId}: ${interaction.fields.getTextInputValue('q')}`);
    return;
  }
  if (interaction.isButton()) {
    await interaction.deferUpdate();
    await interaction.editReply({ content: `${interaction.message.content} because`, components: [] });
    await interaction.followUp({ content: 'only you', flags: MessageFlags.Ephemeral });
  }
}

async function onMessage(message: Message): Promise<void> {
  if (message.author.bot) return;
  if (!message.content) return;
  if (!message.channel.isSendable()) return;
  await message.channel.sendTyping();
  await message.react('👀');
  const attachment = message.attachments.first() ?? (await reference(message))?.attachments.first();
  const files = await annotated(attachment);
  const content = `heard ${message.content} with ${message.embeds.length} previews`;
  await message.reply({ content, files, allowedMentions: { repliedUser: false } });
}

const reference = async (message: Message): Promise<Message | undefined> =>
  message.reference ? message.fetchReference() : undefined;
