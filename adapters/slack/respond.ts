import { SpotterError } from '../../src/errors.ts';
import type { Outgoing } from './outgoing.ts';

const TIMEOUT_MS = 10_000;

/** Says something where a command, a form or a button was used, whether or not we are in that channel. */
export type Respond = (message: Outgoing, to: 'asker' | 'all') => Promise<void>;

/**
 * @param url `response_url` of what Slack has told us; good for half an hour, and for five answers
 * @param thread where the answer goes, where it is not the channel itself
 */
export const createRespond =
  (url: string, thread?: string): Respond =>
  async ({ text, blocks }, to) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      body: JSON.stringify({
        ...{ text, blocks },
        response_type: to === 'asker' ? 'ephemeral' : 'in_channel',
        replace_original: false,
        ...(thread !== undefined && { thread_ts: thread }),
      }),
    });
    if (!response.ok)
      throw new SpotterError('cannot-reply', `Slack does not take the answer (${response.status}).`);
  };
