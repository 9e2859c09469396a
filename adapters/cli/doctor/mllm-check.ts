import type { Found } from './checks.ts';

/**
 * Whether the language model that the settings name answers and sees pictures: a few small calls.
 * @throws SpotterError bad-config, Error with what was seen
 */
export async function languageModelAnswers(signal: AbortSignal): Promise<string | Found> {
  const { readConfig } = await import('../../../src/config.ts');
  const { endpointOf } = await import('../../../src/strategy/mllm-use.ts');
  const endpoint = endpointOf(readConfig({ env: process.env }));
  if (!endpoint) return 'none is configured, so hard questions stay undecided';
  const { probe } = await import('../../../src/mllm/probe.ts');
  const { answers, seesPictures, said, ms } = await probe({ ...endpoint, signal });
  if (!answers || !seesPictures) throw new Error(`${endpoint.model}: ${said.join(' ')}`);
  return { said: `${endpoint.model} answers and sees pictures, in ${Math.round(ms)} ms`, details: said };
}
