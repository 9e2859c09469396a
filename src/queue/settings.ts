import * as z from 'zod';
import {
  number,
  readSettings,
  SERVICE_SETTINGS,
  type Sources,
  type Values,
  WORKER_SECTION,
} from '../config.ts';

/** Every setting of a worker, besides those of src/config.ts. */
const SETTINGS = {
  ...SERVICE_SETTINGS,
  /** Jobs at a time: with two, one is prepared while the other one runs. */
  concurrency: ['SPOTTER_WORKER_CONCURRENCY', number.pipe(z.number().int().min(1).max(64)).default(2)],
} as const;

export type WorkerSettings = Values<typeof SETTINGS>;

/** @throws SpotterError bad-config, naming everything that is wrong, but no value */
export const readWorkerSettings = (sources: Sources<keyof WorkerSettings>): WorkerSettings =>
  readSettings(SETTINGS, sources, { section: WORKER_SECTION });
