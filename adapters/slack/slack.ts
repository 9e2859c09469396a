import { App, type AppOptions, type Context, type ReceiverEvent } from '@slack/bolt';
import { acknowledgeOnce, type Chat } from '../../src/chat/contract.ts';
import type { AllowedHosts } from '../../src/fetch/address.ts';
import { bare, createClient, type Log, loggerOf, PLATFORM, whoAmI } from './context.ts';
import { createInteractionListeners, FIND, FIND_IN_IMAGE, FORGET } from './on-interaction.ts';
import { createMessageListeners } from './on-message.ts';
import { createFetch, type Download } from './pictures.ts';
import { createTransport, type ReceiverOptions } from './receiver.ts';
import { type Accepted, createHandle, createReplyTarget, readResume } from './reply.ts';
import { createThreads } from './threads.ts';

export interface SlackOptions extends ReceiverOptions {
  readonly botToken: string;
  readonly chat: Chat;
  /** Fetches pictures; which hosts it goes to is its business. */
  readonly download: Download;
  /** Hosts that are sent the token like Slack's own; they count only where `apiUrl` is set. */
  readonly allowedHosts?: AllowedHosts;
  readonly log: Log;
  /** Something was acknowledged, so many milliseconds after we were told. */
  readonly onAcknowledged?: (ms: number) => void;
}

export interface Slack {
  /**
   * Resolves when questions are taken and work of before a restart has been taken up.
   * @throws SpotterError bad-config, where Slack does not accept the app's token; or what the network says
   */
  start(): Promise<void>;
  /** Hears nothing more. What is under way should have ended by then: see `Chat.close`. */
  stop(): Promise<void>;
  /** Whether it is connected, or listening. */
  ready(): boolean;
}

const NONE: AllowedHosts = new Set();

/**
 * The bot on Slack: translates, and decides nothing.
 * @throws SpotterError bad-config, where Slack does not accept the bot's token; or what the network says
 */
export async function createSlack(options: SlackOptions): Promise<Slack> {
  const { botToken, apiUrl, chat, download, allowedHosts = NONE, log, onAcknowledged = () => {} } = options;
  const transport = createTransport(options);
  const logger = loggerOf(log);
  const client = createClient(botToken, { apiUrl, logger });
  const me = await whoAmI(client);
  const fileHosts = apiUrl === undefined ? NONE : allowedHosts;
  const fetch = createFetch({ client, download, botToken, fileHosts });
  const deps = { client, me, chat, fetch, whereIs: createThreads(client, me) };
  const app = createApp({
    receiver: transport.receiver,
    logger,
    convoStore: false,
    authorize: async () => ({ botToken, botId: me.bot, botUserId: me.user }),
  });
  acknowledgeLater(app, log, onAcknowledged);
  listen(app, deps);
  app.error(async (err) =>
    log.error({ platform: PLATFORM, err: bare(err.original ?? err) }, 'Something that Slack told failed'),
  );

  return {
    ready: transport.ready,
    async start() {
      await transport.start();
      await chat.resume(PLATFORM, (resume) => {
        const address = readResume(resume);
        return address && createHandle({ spot: createReplyTarget(client, address), fetch });
      });
    },
    stop: transport.stop,
  };
}

const createApp = (options: AppOptions): App => new App(options);

/** Who hears what. Nothing that is asked is acknowledged before it is written down; what opens a form is at once. */
function listen(app: App, deps: Parameters<typeof createMessageListeners>[0]): void {
  const messages = createMessageListeners(deps);
  const interactions = createInteractionListeners(deps);
  app.event('app_mention', ({ event, context }) =>
    messages.mentioned(event as never, acknowledgeOf(context)),
  );
  app.event('message', ({ event, context }) => {
    const { subtype } = event;
    const accepted = acknowledgeOf(context);
    if (subtype === 'message_changed') return messages.changed(event as never, accepted);
    if (subtype === 'message_deleted') return messages.deleted(event);
    return messages.said(event as never, accepted);
  });
  app.command(FIND, ({ command, context }) => interactions.find(command as never, acknowledgeOf(context)));
  app.command(FORGET, async ({ ack, command }) => {
    await ack();
    await interactions.forget(command);
  });
  app.shortcut({ type: 'message_action', callback_id: FIND_IN_IMAGE }, async ({ ack, shortcut }) => {
    await ack();
    await interactions.openForm(shortcut as never);
  });
  app.view(FIND_IN_IMAGE, ({ body, context }) =>
    interactions.submitted(body as never, acknowledgeOf(context)),
  );
  app.action({ type: 'block_actions' }, ({ body, context }) =>
    interactions.pressed(body as never, acknowledgeOf(context)),
  );
}

const acknowledgeOf = ({ acknowledge }: Context): Accepted => acknowledge as Accepted;

/** What is null is not there; nothing else here has to know that it may be either. */
const withoutNulls = <T>(body: T): T =>
  JSON.parse(JSON.stringify(body ?? {}), (_, value) => (value === null ? undefined : value));

/** Slack waits three seconds, and then tells everything again. */
const ACKNOWLEDGE_MS = 2500;

/**
 * Hands the acknowledgement of everything to its listener, as `acknowledge` of the context: Bolt itself acknowledges events
 * before anything is done about them. What a listener leaves is acknowledged when it is done, or before Slack tells it again.
 * @param onAcknowledged told how long each took, from when Bolt was told
 */
function acknowledgeLater(app: App, log: Log, onAcknowledged: (ms: number) => void): void {
  const processEvent = app.processEvent.bind(app);
  app.processEvent = async (event: ReceiverEvent) => {
    const start = performance.now();
    const send = () =>
      event.ack().then(
        () => onAcknowledged(performance.now() - start),
        (err) => log.error({ platform: PLATFORM, err: bare(err) }, 'What Slack told is not acknowledged'),
      );
    const body = withoutNulls(event.body);
    const isEvent = (body as { readonly event?: unknown }).event !== undefined;
    await acknowledgeOnce(send, ACKNOWLEDGE_MS, async (accepted) => {
      const ack = isEvent ? async () => {} : accepted;
      const customProperties = { ...event.customProperties, acknowledge: accepted };
      await processEvent({ ...event, body, ack, customProperties }).finally(accepted);
    });
  };
}
