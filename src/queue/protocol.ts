import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Box } from '../box.ts';
import { VERSION } from '../config.ts';
import type { Region } from '../detector/detector.ts';
import { ERROR_CODES, type ErrorCode, SpotterError } from '../errors.ts';
import type { Query } from '../expression/query.ts';
import type { Model } from '../models/registry.ts';
import type { Observations } from '../observer/observer.ts';

/** What jobs and results look like. Raise it when that changes, or when the same job is to be answered otherwise. */
export const PROTOCOL = 1;

/** Models that decide what a worker answers: two workers with the same ones answer the same. */
export interface Identity {
  readonly detector: Model;
  /** Of the observers, in their order. */
  readonly observers: readonly Model[];
}

/**
 * The name of the queue of all who answer alike. It carries the version of the program and of the protocol, and a hash
 * of all weights and files, so that a worker with others never sees this work.
 * @returns "detect-starter-1-3f9a…", without a colon
 */
export function queueName({ detector, observers }: Identity): string {
  const hashes = [detector, ...observers].map(({ id, variant, weights, files }) => [
    ...[id, variant, weights.sha256],
    ...Object.entries(files).map(([path, { sha256 }]) => [path, sha256]),
  ]);
  return `detect-${detector.id}-${PROTOCOL}-${hash(JSON.stringify([VERSION, hashes])).slice(0, 12)}`;
}

const number = z.number();
const BoxOf = z.tuple([number, number, number, number]);

const Detect = z.object({
  kind: z.literal('detect'),
  /** Null: everything that the detector sees. */
  phrases: z.array(z.string()).nullable(),
  minScore: number.optional(),
  focus: z.array(z.object({ start: number, end: number }).nullable()).optional(),
});

const Observe = z.object({
  kind: z.literal('observe'),
  query: z.custom<Query>((value) => typeof value === 'object' && value !== null && 'target' in value),
  regions: z.array(BoxOf),
  people: z.array(BoxOf),
});

/** What is to be done with one picture: a run of the detector, or a look of the observers. */
export type Work =
  | {
      readonly kind: 'detect';
      readonly phrases: readonly string[] | null;
      readonly minScore?: number | undefined;
      readonly focus?: readonly ({ readonly start: number; readonly end: number } | null)[] | undefined;
    }
  | {
      readonly kind: 'observe';
      readonly query: Query;
      readonly regions: readonly Box[];
      readonly people: readonly Box[];
    };

/** What a job carries; times are milliseconds since 1970 by the clock of Redis. */
export const JobData = z.object({
  /** Of the question that it was first asked for, as both processes write it into their logs. */
  question: z.string().max(100),
  asked: number,
  /** Whoever asked has given up by then. */
  deadline: number,
  picture: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: number }),
  work: z.discriminatedUnion('kind', [Detect, Observe]),
});
export type JobData = z.infer<typeof JobData>;

const RegionOf: z.ZodType<Region> = z.object({ box: BoxOf, score: number, label: z.string() });

/** What a worker answers, and how it went. */
export const JobResult = z.object({
  worker: z.string(),
  /** The one that it was first asked for. */
  question: z.string(),
  /** From being asked for to being taken, and from there to the answer, in milliseconds. */
  waitedMs: number,
  ranMs: number,
  answer: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('detect'), regions: z.array(z.array(RegionOf)) }),
    z.object({ kind: z.literal('observe'), observed: z.custom<Observations>((v) => typeof v === 'object') }),
  ]),
});
export type JobResult = z.infer<typeof JobResult>;

/** The id of a job: the same for everyone who asks the same of a picture. */
export const jobId = (sha256: string, work: Work): string =>
  hash(JSON.stringify([sha256, work])).slice(0, 40);

const Failure = z.object({ code: z.string(), message: z.string(), hint: z.string() });

/** Why a job failed, as text that BullMQ keeps with it. */
export const failureText = (error: SpotterError): string => JSON.stringify(error.toJSON());

/** The error of a failed job, or undefined where it was not said by a worker. */
export function failureOf(text: string): SpotterError | undefined {
  try {
    const { code, message, hint } = Failure.parse(JSON.parse(text));
    return new SpotterError(
      Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'internal',
      message,
      hint,
    );
  } catch {
    return undefined;
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
