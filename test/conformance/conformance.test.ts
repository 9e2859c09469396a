import { readConfig } from '../../src/config.ts';
import { createSpotter } from '../../src/spotter.ts';
import { ANSWERS } from './answers.ts';
import { conform } from './conform.ts';
import { REFUSALS } from './refusals.ts';

conform({ ...ANSWERS, ...REFUSALS }, () => createSpotter(readConfig({ flags: { cache: false } })));
