import * as z from 'zod';
import { number, readSettings, type Sources, text, type Values, WORKER_SECTION } from '../config.ts';

/** Every setting of a worker, besides those of src/config.ts. */
const SETTINGS = {
  /** Where metrics and health are answered; nothing is listened to unless set. */
  port: ['PORT', number.pipe(z.number().int().min(0).max(65_535)).optional()],
  host: ['SPOTTER_HOST', z.union([z.ipv4(), z.ipv6(), z.literal('localhost')]).default('127.0.0.1')],
  metricsToken: ['SPOTTER_METRICS_TOKEN', text.min(16).optional()],
  logLevel: ['SPOTTER_LOG_LEVEL', z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')],
  /** Jobs at a time: with two, one is prepared while the other one runs. */
  concurrency: ['SPOTTER_WORKER_CONCURRENCY', number.pipe(z.number().int().min(1).max(64)).default(2)],
} as const;

export type WorkerSettings = Values<typeof SETTINGS>;

/** @throws SpotterError bad-config, naming everything that is wrong, but no value */
export const readWorkerSettings = (sources: Sources<keyof WorkerSettings>): WorkerSettings =>
  readSettings(SETTINGS, sources, { section: WORKER_SECTION });
