import { readFileSync } from 'node:fs';

const { models } = JSON.parse(
  readFileSync(new URL('../../models/registry.json', import.meta.url), 'utf8'),
) as {
  readonly models: readonly { readonly id: string; readonly sources: readonly { readonly kind: string }[] }[];
};

/** The models of the shipped registry, in its order, and whether each comes with the project. */
export const SHIPPED = models.map(({ id, sources }) => ({
  id,
  shipped: sources.some(({ kind }) => kind === 'project'),
}));
