import { createSpotter } from '../../src/ask.ts';
import { readConfig } from '../../src/config.ts';
import { ANSWERS } from './answers.ts';
import { CIRCUMSTANCES } from './circumstances.ts';
import { conform } from './conform.ts';
import { REFUSALS } from './refusals.ts';
import { RESTARTS } from './restarts.ts';
import { WAYS } from './ways.ts';

conform({ ...ANSWERS, ...WAYS, ...REFUSALS, ...CIRCUMSTANCES, ...RESTARTS }, () =>
  createSpotter(readConfig({ flags: { cache: false } })),
);
