import { startFileHost } from '../file-host.ts';
import { listen } from '../http.ts';
import type { Call, Place, Platform, Posted, Trouble, Upload } from '../platform.ts';
import { type Passing, troubles } from '../troubles.ts';
import { watch } from '../watch.ts';
import { deliveryBy } from './delivery.ts';
import { file } from './files.ts';
import { postBlocks, postPicture } from './others.ts';
import { personOf, type SlackPerson } from './person.ts';
import { repliesIn } from './replies.ts';
import { ALL_SCOPES, EVENTS, type EventName } from './scopes.ts';
import { signedHttp } from './signed-http.ts';
import { socketMode } from './socket.ts';
import { threadFor } from './speaking.ts';
import { serve, takeUpload } from './web-api.ts';
import { type Conversation, find, type Kind, newId, placeOf, type Settings, type World } from './world.ts';

export interface SlackOptions extends Partial<Settings> {
  readonly port?: number;
  readonly filesPort?: number;
  /** What the bot's token may do; everything unless told. */
  readonly scopes?: readonly string[];
  /** The callback_id of the shortcut "Find in image…". */
  readonly shortcut?: string;
}

/** A Slack with one workspace, and one bot in it. */
export interface Slack extends Platform {
  /** The base of its Web API: "http://127.0.0.1:PORT/api/". */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly botUser: string;
  readonly files: World['files'];
  readonly scopes: Set<string>;
  /** Connections of Socket Mode that were made so far. */
  readonly connections: number;
  person(name?: string): SlackPerson;
  addChannel(name: string, options?: { readonly kind?: Kind; readonly member?: boolean }): Place;
  /** Another app posts a message with these blocks; in an attachment of the message where told. */
  postBlocks(blocks: readonly object[], options: { place: Place; attached?: boolean }): Posted;
  /** A message as Slack shows it. */
  messageOf(posted: Posted): object;
  /** Puts a file where Slack keeps its files. */
  addFile(upload: Upload): { readonly id: string; readonly url: string };
  /** Where the bot listens, with signed requests. @throws where it does not answer the challenge */
  deliverTo(url: string): Promise<void>;
  /** Asks the bot's connections to connect anew. */
  refresh(reason?: 'warning' | 'refresh_requested' | 'link_disabled'): void;
  /** Sends that by Socket Mode, as it is. */
  frame(text: string): void;
}

/** Errors of Slack that tell of a mistake of the bot, whatever the circumstances. */
const COMPLAINTS = new Set(
  `already_reacted invalid_arguments invalid_auth invalid_blocks invalid_blocks_format invalid_name missing_scope
   msg_too_long no_text not_allowed_token_type not_authed unknown_method used_url`.split(/\s+/),
);
const UPLOADING = 'files:write';

const DEFAULTS: Settings = {
  botToken: 'xoxb-stand-in',
  appToken: 'xapp-stand-in',
  signingSecret: '0123456789abcdef0123456789abcdef',
  transport: 'socket',
  events: Object.keys(EVENTS) as EventName[],
  ackWithin: 3000,
  retryAfter: [0, 100, 200],
  triggerFor: 3000,
  mentionsWithFiles: 'both',
  filesInEvents: 'whole',
  infoAfter: 0,
  shareAfter: 20,
  refused: {},
  responses: 5,
};

export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const settings: Settings = { ...DEFAULTS, ...options };
  const watching = watch(() => `The bot asked: ${world.calls.slice(-20).map(told).join('; ') || 'nothing'}.`);
  const trouble = troubles();
  let withheld = false;
  const listening = await listen((request, response) => serve(parts, request, response), options.port);
  const files = await startFileHost({
    ...(options.filesPort !== undefined && { port: options.filesPort }),
    allows: ({ authorization }) =>
      authorization === `Bearer ${settings.botToken}` && world.scopes.has('files:read'),
    also: (request, response) => takeUpload(world, request, response),
  });
  const socket = socketMode(listening, settings.ackWithin, watching.changed);
  const http = signedHttp(settings.signingSecret, settings.ackWithin);
  const transport = settings.transport === 'socket' ? socket : http;
  const world: World = {
    settings,
    scopes: new Set(options.scopes ?? ALL_SCOPES),
    origin: listening.origin,
    files,
    watch: watching,
    team: newId('T'),
    app: newId('A'),
    bot: { user: newId('U'), bot: newId('B'), name: 'spotter' },
    conversations: new Map(),
    people: new Map(),
    messages: [],
    filed: new Map(),
    uploads: new Map(),
    triggers: new Map(),
    views: new Map(),
    responses: new Map(),
    signs: [],
    calls: [],
    delivery: deliveryBy(transport, settings.retryAfter),
  };
  const parts = {
    world,
    troubles: trouble,
    ticket: settings.transport === 'socket' ? socket.ticket : undefined,
  };

  function addChannel(name: string, { kind = 'channel' as Kind, member = true } = {}): Place {
    const conversation: Conversation = { id: newId('C'), kind, name, member, writable: true };
    world.conversations.set(conversation.id, conversation);
    return placeOf(conversation);
  }
  const channel = addChannel('general');

  const STATES: Readonly<Record<Exclude<Trouble, Passing>, (conversation: Conversation) => void>> = {
    'no-posting': (conversation) => {
      conversation.writable = false;
    },
    'no-access': (conversation) => {
      conversation.member = false;
    },
    'no-uploads': () => {
      withheld = world.scopes.delete(UPLOADING) || withheld;
    },
  };

  return {
    name: 'slack',
    apiUrl: `${listening.origin}/api/`,
    botToken: settings.botToken,
    appToken: settings.appToken,
    signingSecret: settings.signingSecret,
    botUser: world.bot.user,
    files,
    scopes: world.scopes,
    channel,
    addChannel,
    settings: {
      SLACK_BOT_TOKEN: settings.botToken,
      ...(settings.transport === 'socket'
        ? { SLACK_APP_TOKEN: settings.appToken }
        : { SLACK_SIGNING_SECRET: settings.signingSecret }),
      SLACK_API_URL: `${listening.origin}/api/`,
      SPOTTER_ALLOWED_HOSTS: files.host,
    },
    get connections() {
      return socket.connections;
    },
    person(name = 'ann') {
      const id = newId('U');
      world.people.set(id, name);
      return personOf(world, channel, { id, name }, options.shortcut ?? 'find_in_image');
    },
    thread: (on) => ({ ...on.place, thread: threadFor(world, on).ts }),
    postBlocks: (blocks, { place, attached = false }) => postBlocks(world, { blocks, place, attached }),
    postPicture: (upload, place = channel) => postPicture(world, upload, place),
    messageOf: (posted) => find(world, posted.place.channel, posted.id)!.message,
    addFile: (upload) => file(world, upload, world.bot.user),
    put: (upload) => file(world, upload, world.bot.user).url,
    replies: (place) => repliesIn(world, place),
    signs: world.signs,
    calls: world.calls,
    get complaints() {
      return world.calls.filter(({ answer }) => {
        const { error, needed } = (answer ?? {}) as { error?: string; needed?: string };
        if (withheld && needed === UPLOADING) return false;
        return error !== undefined && COMPLAINTS.has(error);
      });
    },
    until: watching.until,
    trouble(kind, more = {}) {
      if (!(kind in STATES)) return trouble.add(kind as Passing, more);
      STATES[kind as keyof typeof STATES](world.conversations.get((more.place ?? channel).channel)!);
    },
    recover() {
      trouble.clear();
      if (withheld) world.scopes.add(UPLOADING);
      for (const conversation of world.conversations.values()) {
        conversation.member = true;
        conversation.writable = true;
      }
    },
    disconnect: () => transport.cut(),
    deliverTo: http.deliverTo,
    refresh: socket.refresh,
    frame: socket.frame,
    async close() {
      await socket.close();
      http.close();
      await Promise.all([listening.close(), files.close()]);
    },
  };
}

const told = ({ what, status, answer }: Call): string => {
  const { ok, error } = (answer ?? {}) as { ok?: boolean; error?: string };
  return `${what} (${ok === false ? `${error} ${JSON.stringify(answer)}` : status})`;
};
