import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Slack } from '../world/slack/server.ts';

/** Says nothing: what goes wrong here goes wrong on purpose. */
export const SILENT: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/**
 * A bot that does no more than answer by everything that Slack has, on the real client.
 * @param reconnectAfter milliseconds that it waits before it connects anew
 */
export async function startSlackBot(slack: Slack, reconnectAfter = 5000): Promise<App> {
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const socketMode = 'SLACK_APP_TOKEN' in slack.settings;
  const { appToken, signingSecret, botToken: token } = slack;
  const receiver = new SocketModeReceiver({
    appToken,
    installerOptions: { clientOptions },
    clientPingTimeout: reconnectAfter,
    logger: SILENT,
  });
  const app = new App({
    token,
    clientOptions,
    logger: SILENT,
    ...(socketMode ? { receiver } : { signingSecret }),
  });
  app.error(async () => {});
  listen(app, token);
  if (socketMode) {
    await app.start();
    return app;
  }
  const port = await freePort();
  await app.start(port);
  await slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  return app;
}

/** Every file of a Slack message, as far as it matters here. */
interface SlackFile {
  readonly id: string;
  readonly url_private?: string;
}

const WHY = {
  type: 'actions',
  elements: [{ type: 'button', action_id: 'why', text: { type: 'plain_text', text: 'why?' }, value: '1' }],
} as const;

function listen(app: App, token: string): void {
  app.event('app_mention', async ({ event, client }) => {
    await client.reactions.add({ channel: event.channel, timestamp: event.ts, name: 'eyes' });
    const place = { channel: event.channel, thread_ts: event.thread_ts ?? event.ts };
    const [file] = (event as { files?: SlackFile[] }).files ?? [];
    if (!file) {
      await client.chat.postMessage({ ...place, text: `heard ${event.text}` });
      return;
    }
    const bytes = await download(await finished(app, file), token);
    const announced = { filename: 'out.jpg', length: bytes.length, alt_txt: 'the answer' };
    const upload: unknown = await client.apiCall('files.getUploadURLExternal', announced);
    const { upload_url = '', file_id = '' } = upload as { upload_url?: string; file_id?: string };
    await fetch(upload_url, { method: 'POST', body: new Uint8Array(bytes) });
    const { channel, thread_ts } = place;
    const blocks = [
      { type: 'section' as const, text: { type: 'mrkdwn' as const, text: `found ${event.text}` } },
      WHY,
    ];
    const files = [{ id: file_id }] as const;
    await client.apiCall('files.completeUploadExternal', { files, channel_id: channel, thread_ts, blocks });
    await client.reactions.remove({ channel: event.channel, timestamp: event.ts, name: 'eyes' });
  });
  app.message(async ({ message, say }) => {
    if (message.channel_type === 'im' && 'text' in message) await say(`alone: ${message.text}`);
  });
  app.command('/find', async ({ ack, command, respond }) => {
    await ack('working');
    await respond({ text: `found ${command.text}`, response_type: 'in_channel' });
  });
  app.command('/find-forget', async ({ ack }) => ack('forgotten'));
  app.shortcut('find_in_image', async ({ ack, shortcut, client }) => {
    await ack();
    if (shortcut.type !== 'message_action') return;
    const element = { type: 'plain_text_input', action_id: 'q', max_length: 300 } as const;
    const label = { type: 'plain_text', text: 'What?' } as const;
    await client.views.open({
      trigger_id: shortcut.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'form',
        private_metadata: `${shortcut.channel.id} ${shortcut.message_ts}`,
        title: { type: 'plain_text', text: 'Find in image' },
        submit: { type: 'plain_text', text: 'Find' },
        blocks: [{ type: 'input', block_id: 'b', label, element }],
      },
    });
  });
  app.view('form', async ({ ack, view, client }) => {
    const text = view.state.values.b?.q?.value ?? '';
    if (text === 'nothing') return ack({ response_action: 'errors', errors: { b: 'Say something.' } });
    await ack();
    const [channel = '', thread_ts = ''] = view.private_metadata.split(' ');
    await client.chat.postMessage({ channel, thread_ts, text: `on ${thread_ts}: ${text}` });
  });
  app.action('why', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'because', replace_original: false, response_type: 'ephemeral' });
  });
}

async function finished(app: App, { id, url_private }: SlackFile): Promise<string> {
  for (let tries = 0; tries < 10; tries++) {
    if (url_private) return url_private;
    const { file } = await app.client.files.info({ file: id });
    if (file?.url_private) return file.url_private;
  }
  throw new Error('never finished');
}

async function download(url: string, token: string): Promise<Buffer> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (response.headers.get('content-type')?.startsWith('text/html')) throw new Error('a page to log in');
  if (!response.ok) throw new Error(`${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
