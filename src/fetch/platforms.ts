/** The hosts that a chat platform keeps its files on. */
export interface PlatformFiles {
  /** Exact names; a "*" stands for a part of a name without a dot. Only https on its usual port. */
  readonly hosts: readonly string[];
  /** Where the platform sends whoever may not have a file, instead of refusing it. */
  readonly login?: readonly string[];
  /** The permission that is missing then. */
  readonly permission?: string;
}

/**
 * Attachments are on cdn.discordapp.com, and resized on media.discordapp.net; pictures of embeds come through
 * images-ext-1 and its like (`proxy_url`), so that Discord, not we, visits what people link to.
 */
export const DISCORD_FILES: PlatformFiles = {
  hosts: ['cdn.discordapp.com', 'media.discordapp.net', 'images-ext-*.discordapp.net'],
};

/**
 * `url_private` is on files.slack.com, which redirects to slack-files.com for some types, and needs the bot's token.
 * Without files:read it shows a page to log in, or redirects to one. A file that was only linked in Slack
 * (`is_external`) has its address elsewhere: it is a link of a user, and gets no token.
 */
export const SLACK_FILES: PlatformFiles = {
  hosts: ['files.slack.com', 'slack-files.com', '*.slack-files.com', '*.slack-edge.com'],
  login: ['slack.com', '*.slack.com', '*.enterprise.slack.com'],
  permission: 'files:read',
};

export const isOneOf = (hostname: string, patterns: readonly string[] = []): boolean =>
  patterns.some((pattern) => asRegExp(pattern).test(hostname));

const asRegExp = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[a-z0-9-]+')}$`);
