import { setTimeout as sleep } from 'node:timers/promises';
import type { webApi } from '@slack/bolt';
import type { Reply } from '../../src/chat/contract.ts';
import { SpotterError } from '../../src/errors.ts';
import type { Client } from './client.ts';
import { shortened } from './shortened.ts';

export interface UploadTo {
  readonly channel: string;
  readonly thread?: string | undefined;
}

const MOST_ALT = 1000;
const TIMEOUT_MS = 30_000;
const AGAIN_AFTER_MS = [500, 2000];

/**
 * Posts a picture; its message is there a little later. `filesUploadV2` of the client would do the same, but sends the
 * description as `alt_text`, which Slack does not know: it is called `alt_txt`.
 * @returns the file's id. @throws SpotterError cannot-reply; what the client throws
 */
export async function upload(
  client: Client,
  { channel, thread }: UploadTo,
  { bytes, name, alt }: NonNullable<Reply['picture']>,
): Promise<string> {
  const { upload_url: url = '', file_id: id = '' } = (await client.apiCall('files.getUploadURLExternal', {
    filename: name,
    length: bytes.length,
    alt_txt: shortened(alt, MOST_ALT),
  })) as webApi.FilesGetUploadURLExternalResponse;
  await send(url, bytes, name);
  const to = thread === undefined ? { channel_id: channel } : { channel_id: channel, thread_ts: thread };
  await client.files.completeUploadExternal({ files: [{ id, title: name }], ...to });
  return id;
}

async function send(url: string, bytes: Uint8Array, name: string): Promise<void> {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(bytes)]), name);
  for (let tries = 0; ; tries++) {
    if (await post(url, body).catch(() => false)) return;
    const wait = AGAIN_AFTER_MS[tries];
    if (wait === undefined) throw new SpotterError('cannot-reply', 'Slack does not take the picture.');
    await sleep(wait);
  }
}

async function post(url: string, body: FormData): Promise<boolean> {
  // The address itself is the permission; the token has no business there.
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { method: 'POST', body, signal, redirect: 'error' });
  await response.arrayBuffer();
  return response.ok;
}
