import { afterEach } from 'vitest';
import { type StandIn, type StandInOptions, startStandIn } from '../../../src/evaluate/stand-in/server.ts';
import { createMllm, type MllmOptions } from '../../../src/mllm/client.ts';
import type { Mllm } from '../../../src/mllm/mllm.ts';
import { profileFor } from '../../../src/mllm/profile.ts';

const running: StandIn[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/** A stand-in that is closed after the test. */
export async function standIn(options: StandInOptions = {}): Promise<StandIn> {
  const server = await startStandIn(options);
  running.push(server);
  return server;
}

export const CANARY = 'sk-canary-7f3a9c1e5b8d2460';

/** A model of which everything is claimed, on a stand-in, with retries that do not wait. */
export function optionsFor(
  server: { readonly baseURL: string },
  more: Partial<MllmOptions> = {},
): MllmOptions {
  return {
    baseURL: server.baseURL,
    apiKey: CANARY,
    model: 'stand-in',
    profile: profileFor('stand-in', { server: 'vllm' }),
    ...more,
    retry: { baseMs: 1, ...more.retry },
    breaker: { failures: 100, ...more.breaker },
  };
}

export const mllmOn = (server: { readonly baseURL: string }, more: Partial<MllmOptions> = {}): Mllm =>
  createMllm(optionsFor(server, more));

/** What a promise is rejected with. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => Promise.reject(new Error(`resolved: ${JSON.stringify(value)}`)),
    (thrown) => thrown,
  );
