import type { Box } from '../../box.ts';
import { inMemory } from '../../single-flight.ts';
import type { ObservedPerson, Observer, ObserverDeps, ObserverTask } from '../observer.ts';
import { type AskedOfPeople, askedOfPeople } from './asked.ts';
import { partsOf, posesOf, readJoints } from './bodies.ts';
import { readLooks } from './looks.ts';

/** No more people are looked at: the likeliest, where there is a crowd. */
const MAX_PEOPLE = 12;
/** Pictures whose people are kept, for as long as the process lives and no longer. */
const PICTURES_KEPT = 200;

/**
 * Looks at the people in a picture, and only for what an expression asks: whether a face looks like a man's or a woman's, poses,
 * where clothes are. It recognises nobody, and what it is not sure of it does not tell.
 */
export function createPeople({ models, settings }: ObserverDeps): Observer {
  const known = inMemory<readonly ObservedPerson[]>(PICTURES_KEPT);
  const weights = (id: string) => models.open(id).weights;

  async function look(
    { picture, run }: ObserverTask,
    people: readonly Box[],
    asked: AskedOfPeople,
  ): Promise<ObservedPerson[]> {
    const looks = asked.faces
      ? await readLooks(
          picture,
          people,
          { faces: weights('blazeface'), looks: weights('apparent-gender') },
          run,
        )
      : [];
    const bodies = asked.bodies ? await readJoints(picture, people, weights('movenet-thunder'), run) : [];
    return people.map((box, i) => {
      const joints = bodies[i];
      return {
        box,
        ...(looks[i] !== undefined && { woman: looks[i] }),
        ...(joints && { poses: posesOf(joints, box), parts: partsOf(joints, box) }),
      };
    });
  }

  return {
    id: 'people',
    wants(query) {
      const { faces, bodies } = askedOfPeople(query);
      return settings.people && (faces || bodies);
    },
    async observe(task) {
      const asked = askedOfPeople(task.query);
      const people = task.people.slice(0, MAX_PEOPLE);
      if (people.length === 0) return {};
      const key = JSON.stringify([task.picture.sha256, people, asked]);
      const seen = (await known.get(key)) ?? (await look(task, people, asked));
      known.set(key, seen);
      return { people: seen };
    },
  };
}
