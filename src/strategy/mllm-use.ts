import type { Config } from '../config.ts';
import { createMllm } from '../mllm/client.ts';
import type { ProbeOptions } from '../mllm/probe.ts';
import { type ProfileOverrides, profileFor, serverAt } from '../mllm/profile-for.ts';
import type { MllmUse } from './strategy.ts';

type MllmConfig = Pick<Config, 'mllmModel' | 'mllmBaseUrl' | 'mllmApiKey' | 'mllmProfile'>;

/** How the MLLM that the settings name is reached; undefined where they name none. @throws SpotterError bad-config */
export function endpointOf(config: MllmConfig): ProbeOptions | undefined {
  const { mllmModel: model, mllmBaseUrl: baseURL, mllmApiKey: apiKey, mllmProfile } = config;
  if (model === undefined) return undefined;
  const server = serverAt(baseURL);
  const overrides = { ...(server && { server }), ...mllmProfile } as ProfileOverrides;
  return { model, baseURL, apiKey, profile: profileFor(model, overrides) };
}

/** The MLLM that the settings name, and how it is to be asked. @throws SpotterError bad-config */
export function mllmFrom(config: Config): MllmUse | undefined {
  const endpoint = endpointOf(config);
  if (!endpoint) return undefined;
  const budgetMs = config.mllmSeconds * 1000;
  const mllm = createMllm({ ...endpoint, timeouts: { totalMs: budgetMs } });
  const { candidates: k, offer: style, seed, targets, focus, paperNms } = config;
  return { mllm, k, style, ...(seed !== undefined && { seed }), targets, focus, paperNms, budgetMs };
}
