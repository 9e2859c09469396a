import type { Client } from 'discord.js';

/** What the gateway tells; what is in it is whatever came. */
interface Packet {
  readonly t: string;
  readonly d: Record<string, unknown>;
}

/** The one way that packets take into the client: no event of it comes early enough, and none can hold one back. */
interface Gateway {
  handlePacket(packet?: Packet, shard?: unknown): boolean;
}

export interface GatewayOptions {
  readonly appId: string;
  /** A packet that cannot be read is dropped. */
  readonly onBad: (thrown: unknown, event: string) => void;
}

/** What the client takes for granted, and does not always come. */
const missing = (appId: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> => ({
  READY: { application: { id: appId, flags: 0 } },
  INTERACTION_CREATE: {
    application_id: appId,
    entitlements: [],
    authorizing_integration_owners: {},
  },
});

/** What the client drops where it does not know the channel. */
const IN_CHANNELS: ReadonlySet<string> = new Set(['MESSAGE_CREATE', 'MESSAGE_UPDATE']);

/** Numbers of Discord's kinds of channels. */
const TYPE = { text: 0, direct: 1 };

interface InChannel {
  readonly channel_id: string;
  readonly guild_id?: string;
  readonly channel_type?: number;
  readonly author?: { readonly bot?: boolean };
}

/** Completes what the gateway tells before the client reads it: one packet that it cannot read would end the process. */
export function sanitizeGateway(client: Client, { appId, onBad }: GatewayOptions): void {
  const ws = client.ws as unknown as Gateway;
  const handle = ws.handlePacket.bind(ws);
  const defaults = missing(appId);
  const meetings = new Map<string, Promise<void>>();

  /** A channel that we were not told of is asked for; where that is refused, what the message says of it will do. */
  async function meet(
    { channel_id: id, guild_id, channel_type, author }: InChannel,
    shard: unknown,
  ): Promise<void> {
    const tell = (t: string, d: Packet['d']) => safely({ t, d }, () => handle({ t, d }, shard));
    if (guild_id !== undefined && !client.guilds.cache.has(guild_id)) {
      tell('GUILD_CREATE', { id: guild_id, unavailable: true });
    }
    const isDirect = guild_id === undefined;
    const isWithAuthor = isDirect && author && !author.bot;
    if (!isWithAuthor && (await client.channels.fetch(id).catch(() => null))) return;
    const type = channel_type ?? (isDirect ? TYPE.direct : TYPE.text);
    tell('CHANNEL_CREATE', isDirect ? { id, type, recipients: [author] } : { id, type, guild_id });
  }

  function receive(packet: Packet, shard: unknown): boolean {
    const { t, d } = packet;
    for (const [field, value] of Object.entries(defaults[t] ?? {})) d[field] ??= value;
    if (!client.isReady() || !IN_CHANNELS.has(t)) return handle(packet, shard);
    const inChannel = d as unknown as InChannel;
    const id = inChannel.channel_id;
    if (client.channels.cache.has(id)) return handle(packet, shard);
    const met = meetings.get(id) ?? meet(inChannel, shard).finally(() => meetings.delete(id));
    meetings.set(id, met);
    void met.then(() => safely(packet, () => handle(packet, shard)));
    return false;
  }

  function safely({ t }: Packet, act: () => boolean): boolean {
    try {
      return act();
    } catch (thrown) {
      onBad(thrown, t);
      return false;
    }
  }

  ws.handlePacket = (packet, shard) =>
    packet ? safely(packet, () => receive(packet, shard)) : handle(packet, shard);
}
