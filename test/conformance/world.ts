import { readFileSync } from 'node:fs';
import type { Spotter } from '../../src/ask.ts';
import type { ChatDeps } from '../../src/chat/context.ts';
import { example } from '../detector/photos.ts';
import type { Asked, Person, Place, Platform, Reply, Served, Upload } from '../world/platform.ts';
import type { Running } from './adapters.ts';

/** What a scenario changes in the world; all else is as always. */
export type Changes = Partial<Pick<ChatDeps, 'admit' | 'admission'>> & { readonly ask?: Spotter['ask'] };

/** A bot on some platform, with all that a scenario has to play with. */
export interface World {
  readonly platform: Platform;
  readonly ann: Person;
  /** A channel that only this scenario is in. */
  readonly place: Place;
  /** What is accepted and not answered yet. */
  readonly waiting: () => Promise<number>;
  change(changes: Changes): void;
  /** The process is asked to end, and has so many milliseconds for it. */
  shutDown(ms: number): Promise<void>;
  /** What was logged as a warning or worse; nothing may be left of it at the end. */
  readonly troubles: Running['troubles'];
  /** Another process with the same memory takes the place of the bot's. */
  readonly restart: Running['restart'];
  /** What the bot has said in words in a place, that of the scenario unless told, or in its threads. */
  answers(place?: Place): Reply[];
  /** The n-th of them, from 1; waits for it. */
  answer(n?: number, place?: Place): Promise<Reply>;
  /** What it says there of how far it is. */
  progress(): string[];
  /** The pictures that the bot has posted there. */
  pictures(): Reply[];
}

/** The world of a scenario, in a channel and with a person of its own. */
export function worldOf(
  { platform, restart, troubles, world }: Running,
  name: string,
  change: World['change'],
): World {
  const here = platform.addChannel(name);
  const within = ({ channel }: Place): Reply[] =>
    platform.replies().filter(({ removed, place }) => removed === undefined && place.channel === channel);
  const isProgress = ({ text }: Reply): boolean => /^(Looking|Waiting)/.test(text);
  const answers = (place = here): Reply[] =>
    within(place).filter((reply) => reply.text !== '' && !isProgress(reply));
  return {
    ...{ platform, place: here, waiting: world.waiting, change, restart, troubles, answers },
    shutDown: (ms) => world.chat.close(ms),
    ann: platform.person(`ann-of-${name}`),
    answer: (n = 1, place = here) => platform.until(() => answers(place)[n - 1]),
    progress: () =>
      within(here)
        .filter(isProgress)
        .map(({ text }) => text),
    pictures: () => within(here).filter(({ files }) => files.length > 0),
  };
}

/** Two dogs, one above the other. */
export const dogs = (served?: Served): Upload => ({
  name: 'two-dogs.jpg',
  bytes: readFileSync(example('two-dogs.jpg')),
  type: 'image/jpeg',
  ...(served && { served }),
});

export const boats = (): Upload => ({
  name: 'boats.jpg',
  bytes: readFileSync(example('boats.jpg')),
  type: 'image/jpeg',
});

export const labels = ({ buttons }: Reply): string[] => buttons.map(({ label }) => label);

/** Work that begins only when it is let go. */
export function held() {
  const { promise: gate, resolve: release } = deferred();
  let begun = 0;
  let tell: (ahead: number) => void = () => {};
  const admission: ChatDeps['admission'] = async (work, { onPosition }) => {
    begun++;
    tell = onPosition;
    await gate;
    return work();
  };
  return { admission, release, begun: () => begun, tell: (ahead: number) => tell(ahead) };
}

function deferred() {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: () => resolve() };
}

/** Milliseconds after which a platform would say that the bot does not answer. */
export const inTime = async (asked: Asked): Promise<boolean> => (await asked.acknowledged()) < 3000;
