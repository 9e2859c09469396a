import { computed } from '@preact/signals';
import { api } from './api.ts';
import type { Way } from './link.ts';
import { loadable } from './loadable.ts';

/** What can be chosen on this server. */
export const choices = loadable(async () => {
  const [known, models] = await Promise.all([api.strategies(), api.models()]);
  return { ...known, models };
});
/** Undefined until it is known. */
export const strategies = computed(() => choices.value.value);
export const models = computed(() => choices.value.value?.models ?? []);

/** The strategy that a way has, or that is the default one here. */
export const strategyOf = ({ strategy }: Way): string =>
  strategy ?? strategies.value?.strategies.find(({ is_default }) => is_default)?.name ?? 'auto';

/** Whether a question that goes this way may cost a call of a language model. */
export function mayCallModel(one: Way): boolean {
  const name = strategyOf(one);
  if (name === 'specialist') return false;
  return name !== 'auto' || (strategies.value?.language_model ?? null) !== null;
}

/** Why a strategy cannot run here; undefined where it can. */
export const whyNot = (one: Way): string | undefined =>
  strategies.value?.strategies.find(({ name }) => name === strategyOf(one))?.why_not;
