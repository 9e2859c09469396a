import type { APIGuildMember, APIMessage, APIUser } from 'discord.js';
import { bitsOf, EVERYTHING, type Permission } from './permissions.ts';

let increment = 0n;
const EPOCH = 1_420_070_400_000n;

/** Time since 2015 and a count: later ones are larger. */
export const newId = (): string => String(((BigInt(Date.now()) - EPOCH) << 22n) | (increment++ & 0x3fffffn));

const STAMP = '2024-01-01T00:00:00.000000+00:00';

export const userOf = (id: string, username: string, bot = false): APIUser => ({
  id,
  username,
  discriminator: '0',
  global_name: bot ? null : username,
  avatar: null,
  ...(bot && { bot }),
});

export const memberOf = (roles: readonly string[]): Omit<APIGuildMember, 'user'> => ({
  roles: [...roles],
  joined_at: STAMP,
  deaf: false,
  mute: false,
  flags: 0 as APIGuildMember['flags'],
});

/** A channel of the guild, a thread in one, or a direct conversation. */
export interface Channel {
  readonly id: string;
  readonly type: 0 | 1 | 11;
  readonly name?: string;
  /** Of a thread. */
  readonly parent?: string;
  /** With whom, of a direct conversation. */
  readonly recipient?: APIUser;
  /** What the bot may not do here. */
  readonly denied: Set<Permission>;
  /** The id of the message that was sent last. */
  last?: string;
}

const THREAD = {
  thread_metadata: {
    archived: false,
    auto_archive_duration: 1440,
    archive_timestamp: STAMP,
    locked: false,
    create_timestamp: STAMP,
  },
  message_count: 0,
  member_count: 1,
  rate_limit_per_user: 0,
  total_message_sent: 0,
};

/** As Discord shows it. */
export function channelOf(channel: Channel, guild: string, bot: string): Record<string, unknown> {
  const { id, type, name, parent, recipient, denied, last = null } = channel;
  if (type === 1) return { id, type, recipients: [recipient], last_message_id: last };
  const inGuild = {
    id,
    type,
    guild_id: guild,
    name,
    parent_id: parent ?? null,
    last_message_id: last,
    flags: 0,
  };
  if (type === 11) return { ...inGuild, owner_id: bot, ...THREAD };
  return {
    ...inGuild,
    position: 0,
    nsfw: false,
    topic: null,
    permission_overwrites:
      denied.size > 0 ? [{ id: bot, type: 1, allow: '0', deny: String(bitsOf(denied)) }] : [],
  };
}

export function roleOf(id: string, name: string): Record<string, unknown> {
  const colors = { primary_color: 0, secondary_color: null, tertiary_color: null };
  const nothing = {
    color: 0,
    colors,
    position: 0,
    hoist: false,
    managed: false,
    mentionable: false,
    flags: 0,
  };
  return { id, name, permissions: String(EVERYTHING), icon: null, unicode_emoji: null, ...nothing };
}

/** The fields of a guild that are always the same. */
export const GUILD = {
  unavailable: false,
  large: false,
  emojis: [],
  stickers: [],
  features: [],
  presences: [],
  voice_states: [],
  stage_instances: [],
  guild_scheduled_events: [],
  soundboard_sounds: [],
  joined_at: STAMP,
  verification_level: 0,
  default_message_notifications: 0,
  explicit_content_filter: 0,
  mfa_level: 0,
  system_channel_flags: 0,
  premium_tier: 0,
  preferred_locale: 'en-US',
  nsfw_level: 0,
  premium_progress_bar_enabled: false,
  afk_timeout: 300,
  afk_channel_id: null,
  system_channel_id: null,
  rules_channel_id: null,
  public_updates_channel_id: null,
  safety_alerts_channel_id: null,
  vanity_url_code: null,
  description: null,
  banner: null,
  icon: null,
  splash: null,
  discovery_splash: null,
  application_id: null,
};

export const messageOf = (channel: string, author: APIUser, more: Partial<APIMessage> = {}): APIMessage => ({
  id: newId(),
  channel_id: channel,
  author,
  content: '',
  timestamp: new Date().toISOString(),
  edited_timestamp: null,
  tts: false,
  mention_everyone: false,
  mentions: [],
  mention_roles: [],
  attachments: [],
  embeds: [],
  components: [],
  pinned: false,
  type: 0,
  flags: 0 as NonNullable<APIMessage['flags']>,
  ...more,
});
