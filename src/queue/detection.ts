import type { Config } from '../config.ts';
import { createDetector } from '../detector/create.ts';
import type { Detector, ProposeOptions, Region } from '../detector/detector.ts';
import { SpotterError } from '../errors.ts';
import { createModels, type Models } from '../models/models.ts';
import type { Model } from '../models/registry.ts';
import type { Observations } from '../observer/observer.ts';
import { createObservers, type Observers } from '../observer/observers.ts';
import { type Once, once } from '../once.ts';
import type { Picture } from '../picture/picture.ts';
import { createSingleFlight, inMemory } from '../single-flight.ts';
import type { AskOptions, QueueClient, QueueEvent } from './client.ts';
import { type Identity, type JobResult, queueName, type Work } from './protocol.ts';

/** Those who look at pictures, wherever they run. */
export interface Detection {
  readonly detector: Detector;
  readonly observers: Observers;
  /** Whether pictures have to be handed over with their encoded bytes. */
  readonly remote: boolean;
}

export interface DetectionOptions {
  /** Told what became of each job. */
  readonly onJob?: ((event: QueueEvent) => void) | undefined;
  /** Told what goes wrong with the connections to Redis, without secrets. */
  readonly onTrouble?: ((said: string) => void) | undefined;
}

/**
 * Who looks at pictures, as the settings say: a detector process of one's own, or workers by the queue in Redis. The own
 * process is never started while workers answer.
 * @throws SpotterError bad-config, unknown-model, model-missing, model-unfit
 */
export function createDetection(config: Config, options: DetectionOptions = {}): Detection {
  const { queue, queueFallback, redisUrl } = config;
  if (queue === 'redis' && redisUrl === undefined)
    throw new SpotterError('bad-config', 'A queue in Redis needs REDIS_URL.', 'Or set SPOTTER_QUEUE=off.');
  const models = createModels(config);
  if (queue === 'off' || redisUrl === undefined) {
    const detector = createDetector(config, models.open(config.specialist));
    return {
      detector,
      observers: createObservers(detector.host, { models, settings: config }),
      remote: false,
    };
  }
  const mayRunHere = queue === 'auto' || queueFallback === 'local';
  const model = mayRunHere ? models.open(config.specialist) : models.pinned(config.specialist);
  const own = createDetector(config, model);
  const observers = createObservers(own.host, { models, settings: config });
  const identity = identityOf(config, observers, models);
  const open = once(async (): Promise<QueueClient> => {
    // BullMQ takes a while to load, and is not needed without a queue.
    const [{ createQueueClient }, { createConnections }] = await Promise.all([
      import('./client.ts'),
      import('./redis.ts'),
    ]);
    return createQueueClient({
      connections: createConnections(redisUrl, options.onTrouble),
      queue: queueName(identity),
      maxPictureBytes: config.queuePictures * 2 ** 20,
      ...(options.onJob && { onEvent: options.onJob }),
    });
  });
  const asker = createAsker({ open, mode: queue, mayRunHere });
  return { ...throughQueue(own, observers, asker), remote: true };
}

/** The models that decide what this detector and these observers answer. @throws SpotterError model-missing */
export function identityOf(
  { specialist }: Pick<Config, 'specialist'>,
  observers: Pick<Observers, 'models'>,
  models: Pick<Models, 'pinned'>,
): Identity {
  const pinned = (reference: string): Model => models.pinned(reference);
  return { detector: pinned(specialist), observers: observers.models.map(pinned) };
}

/** Asks workers, or has the work done here where that is allowed and no worker does it. */
interface Asker {
  ask<T>(
    work: Work,
    picture: Picture,
    options: AskOptions,
    read: (answer: JobResult['answer']) => T,
    here: () => Promise<T>,
  ): Promise<T>;
  /** @returns whether workers will be asked */
  warm(): Promise<boolean>;
  close(): Promise<void>;
}

interface AskerOptions {
  readonly open: Once<QueueClient>;
  readonly mode: 'redis' | 'auto';
  readonly mayRunHere: boolean;
}

/** Why no worker has answered, where none is to blame. */
const NOBODY: ReadonlySet<string> = new Set(['no-worker', 'queue-down']);
const isNobody = (thrown: unknown): boolean => thrown instanceof SpotterError && NOBODY.has(thrown.code);

function createAsker({ open, mode, mayRunHere }: AskerOptions): Asker {
  /** In `auto` it does not wait for a worker to appear. */
  const isThere = async (client: QueueClient): Promise<boolean> =>
    mode === 'redis' ||
    client.hasWorker().catch((thrown) => {
      if (isNobody(thrown)) return false;
      throw thrown;
    });
  return {
    async ask(work, picture, options, read, here) {
      const client = await open();
      if (!(await isThere(client))) return here();
      try {
        return read(await client.ask(work, picture, options));
      } catch (thrown) {
        if (mayRunHere && isNobody(thrown)) return here();
        throw thrown;
      }
    },
    async warm() {
      const client = await open();
      if (mode === 'redis') await client.warm();
      return isThere(client);
    },
    close: async () => (await open.made())?.close(),
  };
}

/** Results of the last jobs are kept, so that what is asked twice for one question is one job. */
const JOBS_KEPT = 100;

function throughQueue(own: Detector, observers: Observers, asker: Asker): Omit<Detection, 'remote'> {
  const share = createSingleFlight(inMemory<readonly Region[][]>(JOBS_KEPT));

  const look = (
    picture: Picture,
    phrases: readonly string[] | null,
    options: ProposeOptions,
    here: () => Promise<Region[][]>,
  ): Promise<readonly Region[][]> => {
    const { minScore, signal, asker: who, question, onPosition } = options;
    const focus = phrases && options.focus?.map((part) => part ?? null);
    const work: Work = {
      kind: 'detect',
      phrases,
      ...(minScore !== undefined && { minScore }),
      ...(focus && { focus }),
    };
    return share(
      JSON.stringify([picture.sha256, work]),
      (shared) =>
        asker.ask<readonly Region[][]>(
          work,
          picture,
          { signal: shared, asker: who, question, onPosition },
          (answer) => (answer.kind === 'detect' ? answer.regions : unfit()),
          here,
        ),
      signal,
    );
  };

  const detectAll = async (picture: Picture, options: ProposeOptions = {}): Promise<Region[]> => {
    const here = async () => [await own.detectAll!(picture, options)];
    const [seen] = await look(picture, null, options, here);
    return [...seen!];
  };

  const detector: Detector = {
    ...own,
    async propose(picture, phrases, options = {}) {
      // One job serves all phrases where the detector looks the same way whatever is asked.
      if (own.pick && own.detectAll) return own.pick(await detectAll(picture, options), phrases);
      return [...(await look(picture, phrases, options, () => own.propose(picture, phrases, options)))];
    },
    ...(own.detectAll && { detectAll }),
    async warm() {
      if (!(await asker.warm())) await own.warm?.();
    },
    async close() {
      await Promise.all([asker.close(), own.close()]);
    },
  };

  return {
    detector,
    observers: {
      ...observers,
      async observe(task, options = {}) {
        if (observers.wanted(task.query).length === 0) return {};
        const { picture, query, regions, people } = task;
        return asker.ask<Observations>(
          { kind: 'observe', query, regions, people },
          picture,
          options,
          (answer) => (answer.kind === 'observe' ? answer.observed : unfit()),
          () => observers.observe(task, options),
        );
      },
    },
  };
}

function unfit(): never {
  throw new SpotterError('internal', undefined, 'A worker answered something else than it was asked.');
}
