import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import { SpotterError } from '../../src/errors.ts';
import { createReadiness } from '../../src/service/http.ts';
import { raw, serve } from './http-server.ts';

describe('the pages', () => {
  it('tell that it is alive, whatever else is wrong', async () => {
    const { ask } = await serve({ checks: { detector: () => 'still starting' } });
    const answer = await ask('/healthz?from=probe');
    expect([answer.status, await answer.json()]).toEqual([200, { alive: true }]);
  });

  it('tell that it is ready when all checks say so', async () => {
    const { ask } = await serve({ checks: { detector: () => undefined, memory: async () => undefined } });
    const answer = await ask('/readyz');
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await answer.json()).toEqual({
      ready: true,
      checks: [
        { name: 'detector', ok: true, said: 'ready' },
        { name: 'memory', ok: true, said: 'ready' },
      ],
    });
  });

  it('tell why it is not, and nothing that could be a secret', async () => {
    const { ask, troubles } = await serve({
      checks: {
        detector: () => 'still starting',
        discord: async () => {
          throw new SpotterError('detector-down', 'Discord is not connected.');
        },
        memory: () => {
          throw new Error('connect redis://:c4nary@redis');
        },
        slack: () => new Promise(() => {}),
      },
    });
    const answer = await ask('/readyz');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      ready: false,
      checks: [
        { name: 'detector', ok: false, said: 'still starting' },
        { name: 'discord', ok: false, said: 'Discord is not connected.' },
        { name: 'memory', ok: false, said: 'failed; the log says why' },
        { name: 'slack', ok: false, said: 'no answer within 50 ms' },
      ],
    });
    expect(troubles.map(String)).toContain('Error: connect redis://:c4nary@redis');
  });

  it('ask the checks once for all who ask at the same time, and again later', async () => {
    let asked = 0;
    const readiness = createReadiness({
      checks: {
        memory: async () => {
          asked += 1;
          await pause(5);
          return undefined;
        },
      },
    });
    await Promise.all([readiness(), readiness(), readiness()]);
    expect(asked).toBe(1);
    await readiness();
    expect(asked).toBe(2);
  });

  it('show the metrics', async () => {
    const { ask } = await serve();
    const answer = await ask('/metrics');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await answer.text()).toContain('# TYPE spotter_questions_total counter');
    const head = await ask('/metrics', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('tell everybody only whether it is alive and ready, where others reach the port', async () => {
    const checks = { detector: () => 'still starting' };
    const token = 'canary-of-the-metrics';
    const told = async (given: string | undefined, authorization?: string) => {
      const { ask } = await serve({ checks, host: '0.0.0.0', token: given });
      const headers = authorization === undefined ? {} : { authorization };
      const [ready, metrics] = await Promise.all(
        ['/readyz', '/metrics'].map(async (path) => {
          const answer = await ask(path, { headers });
          return { status: answer.status, body: await answer.text() };
        }),
      );
      return { ready: ready!, metrics: metrics! };
    };
    for (const [given, authorization, status] of [
      [undefined, undefined, 403],
      [undefined, 'Bearer undefined', 403],
      [token, undefined, 401],
      [token, token, 401],
      [token, `Bearer ${token}x`, 401],
    ] as const) {
      const { ready, metrics } = await told(given, authorization);
      expect(ready, authorization).toEqual({ status: 503, body: '{"ready":false}\n' });
      expect(metrics.status, authorization).toBe(status);
      expect(metrics.body).toContain('SPOTTER_METRICS_TOKEN');
      expect(metrics.body).not.toMatch(/canary|spotter_questions_total/);
    }
    const { ready, metrics } = await told(token, `Bearer ${token}`);
    expect(ready.body).toContain('still starting');
    expect([metrics.status, metrics.body]).toEqual([200, expect.stringContaining('spotter_questions_total')]);
  });

  it('ask for the token on this machine, too, where there is one', async () => {
    const { ask } = await serve({ token: 'canary-of-the-metrics' });
    expect((await ask('/metrics')).status).toBe(401);
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('are the only ones', async () => {
    const { ask } = await serve();
    for (const path of ['/', '/nothing', '/metrics/', '//metrics', '/__proto__', '/constructor']) {
      expect((await ask(path)).status, path).toBe(404);
    }
    const post = await ask('/metrics', { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('answer with 500 when one fails, and go on', async () => {
    const metrics = {
      contentType: 'text/plain',
      text: async () => {
        throw new Error('no metrics');
      },
    };
    const { ask, troubles } = await serve({ metrics });
    expect((await ask('/metrics')).status).toBe(500);
    expect((await ask('/healthz')).status).toBe(200);
    expect(troubles.map(String)).toEqual(['Error: no metrics']);
  });
});

describe('what is mounted', () => {
  const SECRET = 'signing-secret-of-the-test';

  function signed(body: string, secret = SECRET) {
    const at = String(Math.floor(Date.now() / 1000));
    const hash = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
    return {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-slack-request-timestamp': at,
        'x-slack-signature': `v0=${hash}`,
      },
    };
  }

  it("gets Slack's signed requests, through Bolt's own receiver", async () => {
    const heard: string[] = [];
    const receiver = new HTTPReceiver({ signingSecret: SECRET, logLevel: LogLevel.ERROR });
    const app = new App({
      receiver,
      logLevel: LogLevel.ERROR,
      authorize: async () => ({ botToken: 'xoxb-test', botId: 'B1', botUserId: 'U1' }),
    });
    app.event('app_mention', async ({ event }) => void heard.push(event.text));
    const { http, ask } = await serve();
    http.mount('/slack/events', (request, response, body) =>
      receiver.requestListener(Object.assign(request, { rawBody: body }), response),
    );
    const event = { type: 'app_mention', text: 'the red bus', user: 'U2', channel: 'C1', ts: '1.2' };
    const body = JSON.stringify({ type: 'event_callback', team_id: 'T1', event_id: 'E1', event });
    expect((await ask('/slack/events', signed(body))).status).toBe(200);
    expect(heard).toEqual(['the red bus']);
    expect((await ask('/slack/events', signed(body, 'another-secret'))).status).toBe(401);
    expect((await ask('/slack/events')).status).toBe(405);
    expect((await ask('/slack/events', signed('"x"'.padEnd(2 ** 20 + 1)))).status).toBe(413);
    const check = JSON.stringify({ type: 'url_verification', challenge: 'c' });
    expect(await (await ask('/slack/events', signed(check))).json()).toEqual({ challenge: 'c' });
    expect(heard).toHaveLength(1);
  });

  it('is not reached by a body that is too long, whether it says so or not', async () => {
    const { http, port, ask } = await serve({ maxBodyBytes: 10 });
    const bodies: string[] = [];
    let begun = 0;
    http.mount('/in', (_, response, body) => {
      begun += 1;
      bodies.push(body.toString());
      response.end('fine');
    });
    expect(await (await ask('/in', { method: 'POST', body: '0123456789' })).text()).toBe('fine');
    const head = 'POST /in HTTP/1.1\r\nhost: x\r\n';
    expect(await raw(port, `${head}content-length: 11\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /);
    expect(begun).toBe(1);
    const chunk = 'a\r\n0123456789\r\n';
    const tooMuch = await raw(port, `${head}transfer-encoding: chunked\r\n\r\n${chunk}`, chunk, '0\r\n\r\n');
    expect(tooMuch).toMatch(/^HTTP\/1.1 413 /);
    expect(bodies).toEqual(['0123456789']);
    const enough = `${head}connection: close\r\ntransfer-encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`;
    expect(await raw(port, enough)).toContain('fine');
  });

  it('that throws is answered with 500', async () => {
    const { http, ask, troubles } = await serve();
    http.mount('/in', () => {
      throw new Error('no');
    });
    expect((await ask('/in', { method: 'POST' })).status).toBe(500);
    expect(troubles.map(String)).toEqual(['Error: no']);
  });
});
