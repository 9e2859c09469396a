import { OAuth2Scopes, PermissionFlagsBits } from 'discord.js';

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
