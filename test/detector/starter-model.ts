import { createModels } from '../../src/models/models.ts';

/** The model that comes with the project. */
export const STARTER = createModels({
  models: 'nowhere',
  registry: undefined,
  hfEndpoint: 'http://localhost',
  hfToken: undefined,
}).open('starter');
