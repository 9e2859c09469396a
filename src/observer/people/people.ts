import type { Box } from '../../box.ts';
import { inMemory, type Results } from '../../single-flight.ts';
import type { ObservedPerson, Observer, ObserverDeps, ObserverTask } from '../observer.ts';
import { askedOfPeople } from './asked.ts';
import { type Body, partsOf, posesOf, readBodies } from './bodies.ts';
import { readLooks } from './looks.ts';

/** The models of the registry that it runs. */
export const PEOPLE_MODELS = [
  'blazeface',
  'apparent-gender',
  'face-api-gender',
  'movenet-thunder',
  'selfie-segmentation',
] as const;

/** No more people are looked at: the likeliest, where there is a crowd. */
const MAX_PEOPLE = 12;
/** Pictures whose people are kept, for as long as the process lives and no longer. */
const PICTURES_KEPT = 200;

/**
 * Looks at the people in a picture, and only for what an expression asks: whether a face looks like a man's or a woman's, poses,
 * where clothes are, which pixels are a person's. It does not identify anyone, and leaves out what it is unsure of.
 */
export function createPeople({ models, settings }: ObserverDeps): Observer | undefined {
  if (!settings.people) return undefined;
  const looksKnown = inMemory<readonly (number | undefined)[]>(PICTURES_KEPT);
  const bodiesKnown = inMemory<readonly Body[]>(PICTURES_KEPT);
  const weights = (id: (typeof PEOPLE_MODELS)[number]) => models.open(id).weights;

  const looksOf = ({ picture, run }: ObserverTask, people: readonly Box[]) =>
    once(looksKnown, picture, people, () => {
      const networks = {
        blazeface: weights('blazeface'),
        'apparent-gender': weights('apparent-gender'),
        'face-api-gender': weights('face-api-gender'),
      };
      return readLooks(picture, people, networks, run);
    });
  const bodiesOf = ({ picture, run }: ObserverTask, people: readonly Box[]) =>
    once(bodiesKnown, picture, people, () => {
      const networks = { joints: weights('movenet-thunder'), masks: weights('selfie-segmentation') };
      return readBodies(picture, people, networks, run);
    });

  return {
    id: 'people',
    models: PEOPLE_MODELS,
    wants(query) {
      const { faces, bodies } = askedOfPeople(query);
      return faces || bodies;
    },
    async observe(task) {
      const asked = askedOfPeople(task.query);
      const people = task.people.slice(0, MAX_PEOPLE);
      if (people.length === 0) return {};
      const looks = asked.faces ? await looksOf(task, people) : [];
      const bodies = asked.bodies ? await bodiesOf(task, people) : [];
      return { people: people.map((box, i) => personOf(box, looks[i], bodies[i])) };
    },
  };
}

/** What is told of one person; what is not sure is left out. */
const personOf = (box: Box, woman: number | undefined, body: Body | undefined): ObservedPerson => ({
  box,
  ...(woman !== undefined && { woman }),
  ...(body && { poses: posesOf(body.joints, box), parts: partsOf(body.joints, box), mask: body.mask }),
});

/** Looks once at the same people of the same picture. */
async function once<T extends object>(
  known: Results<T>,
  { sha256 }: ObserverTask['picture'],
  people: readonly Box[],
  look: () => Promise<T>,
): Promise<T> {
  const key = JSON.stringify([sha256, people]);
  const seen = (await known.get(key)) ?? (await look());
  known.set(key, seen);
  return seen;
}
