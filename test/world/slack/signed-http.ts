import { createHmac } from 'node:crypto';
import { parsed } from '../http.ts';
import type { Attempt, Transport } from './delivery.ts';

export interface SignedHttp extends Transport {
  /** Where the bot listens. Like Slack, it sends a challenge first. @throws where that is not answered */
  deliverTo(url: string): Promise<void>;
}

/** Events by signed requests, as the Events API sends them. */
export function signedHttp(secret: string, ackWithin: number): SignedHttp {
  let url: string | undefined;
  const ended = new AbortController();

  function post(body: string, type: string, more: Record<string, string> = {}): Promise<Response> {
    if (!url) throw new Error('Say deliverTo(url) first.');
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = {
      'content-type': type,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      ...more,
    };
    const signal = AbortSignal.any([AbortSignal.timeout(ackWithin), ended.signal]);
    return fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
  }

  return {
    async deliverTo(address) {
      url = address;
      const challenge = 'challenge-accepted';
      const body = JSON.stringify({ type: 'url_verification', token: 'verification', challenge });
      const response = await post(body, 'application/json');
      const said = await response.text();
      if (!response.ok || !said.includes(challenge))
        throw new Error(`Your URL didn't respond: ${response.status} ${said}`);
    },
    async attempt(attempt) {
      const at = Date.now();
      try {
        const response = await post(bodyOf(attempt), TYPES[attempt.kind], retriedOf(attempt));
        const said = await response.text();
        if (!response.ok)
          return { failed: 'http_error', final: response.headers.get('x-slack-no-retry') === '1' };
        return { ms: Date.now() - at, payload: payloadOf(said) };
      } catch (thrown) {
        if (ended.signal.aborted) return { failed: 'connection_failed', final: true };
        return { failed: (thrown as Error).name === 'TimeoutError' ? 'http_timeout' : 'connection_failed' };
      }
    },
    cut() {},
    close: () => ended.abort(),
  };
}

const FORM = 'application/x-www-form-urlencoded';
const TYPES = { events_api: 'application/json', slash_commands: FORM, interactive: FORM };

function bodyOf({ kind, payload }: Attempt): string {
  if (kind === 'events_api') return JSON.stringify(payload);
  if (kind === 'interactive') return String(new URLSearchParams({ payload: JSON.stringify(payload) }));
  return String(new URLSearchParams(payload as Record<string, string>));
}

const retriedOf = ({ retry, reason }: Attempt): Record<string, string> =>
  retry === 0 ? {} : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason };

/** An answer that is no JSON is text. */
function payloadOf(said: string): Record<string, unknown> {
  if (said === '') return {};
  const read = parsed(said);
  return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : { text: said };
}
