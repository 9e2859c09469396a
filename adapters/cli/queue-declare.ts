import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEVICE_CHOICES } from '../../src/config.ts';

export interface WorkerRequest {
  readonly command: 'worker';
  readonly options: {
    readonly concurrency?: number;
    readonly device?: string;
    readonly detector?: string;
  };
}

export interface QueueRequest {
  readonly command: 'queue';
  readonly options: { readonly json: boolean };
}

/** Declares "worker" and "queue". */
export function declareQueue(program: Command, found: (request: WorkerRequest | QueueRequest) => void): void {
  program
    .command('worker')
    .summary('look at pictures for bots on other machines')
    .description('Take detection work from the queue in Redis (REDIS_URL), until it is told to stop.')
    .option('--concurrency <n>', 'jobs at a time (default: 2)', upTo64)
    .addOption(new Option('--device <device>', 'where the detector runs').choices(DEVICE_CHOICES))
    .option('--detector <id>', 'which detector looks, see "spotter models list" (default: starter)')
    .action((options: WorkerRequest['options']) => found({ command: 'worker', options }));
  program
    .command('queue')
    .summary('how the queue of the workers is doing')
    .description('Show what waits in the queue in Redis (REDIS_URL), and the workers that are alive.')
    .option('--json', 'print one JSON object on one line', false)
    .action((options: QueueRequest['options']) => found({ command: 'queue', options }));
}

function upTo64(given: string): number {
  const number = /^[1-9]\d?$/.test(given) ? Number(given) : Number.NaN;
  if (number <= 64) return number;
  throw new InvalidArgumentError('It is a number from 1 to 64.');
}
