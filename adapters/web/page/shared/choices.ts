import { signal } from '@preact/signals';
import { api } from './api.ts';
import type { Way } from './link.ts';
import type { Models, Strategies } from './types.ts';

/** What can be chosen on this server, once it is known. */
export const strategies = signal<Strategies | undefined>(undefined);
export const models = signal<Models>([]);

let isLoading = false;
/** Finds out what can be chosen. */
export function loadChoices(): void {
  if (isLoading) return;
  isLoading = true;
  Promise.all([api.strategies(), api.models()]).then(
    ([known, listed]) => {
      strategies.value = known;
      models.value = listed;
    },
    () => {
      isLoading = false;
    },
  );
}

/** The strategy that a way has, or that is the usual one here. */
export const strategyOf = ({ strategy }: Way): string =>
  strategy ?? strategies.value?.strategies.find(({ usual }) => usual)?.name ?? 'auto';

/** Whether a question that goes this way may cost a call of a language model. */
export function mayCallModel(one: Way): boolean {
  const name = strategyOf(one);
  if (name === 'specialist') return false;
  return name !== 'auto' || (strategies.value?.language_model ?? null) !== null;
}

/** Why a strategy cannot run here; undefined where it can. */
export const whyNot = (one: Way): string | undefined =>
  strategies.value?.strategies.find(({ name }) => name === strategyOf(one))?.why_not;
