import type { Place } from '../chat/contract.ts';
import { type Allowed, createAllowList } from './allow-list.ts';
import { createQuotas, type QuotaOptions } from './quotas.ts';

export interface LimitOptions extends QuotaOptions {
  readonly allowed?: Allowed;
}

/** Whether somebody may ask or press a button, here and now. */
export function createLimits({ allowed = {}, ...quotas }: LimitOptions) {
  const allow = createAllowList(allowed);
  const count = createQuotas(quotas);
  /** @throws SpotterError not-allowed, rate-limited: each with a sentence for whoever asks */
  return async (place: Place): Promise<void> => {
    allow(place);
    await count(place);
  };
}
