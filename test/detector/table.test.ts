import { afterAll, describe, expect, it } from 'vitest';
import { SPECIALISTS, type SpecialistKind } from '../../src/detector/create.ts';
import { createDetectorHost } from '../../src/detector/worker/host.ts';
import type { Model } from '../../src/models/registry.ts';
import { MINI } from './grounding-dino/mini.ts';
import { STARTER } from './starter-model.ts';

/** A model for each kind of specialist. */
const MODELS: Readonly<Record<SpecialistKind, Model>> = { starter: STARTER, 'grounding-dino': MINI };

const host = createDetectorHost();
afterAll(() => host.close());

describe('the table of specialists', () => {
  it.each(Object.keys(SPECIALISTS) as SpecialistKind[])(
    '%s is called as its model, and starts nothing before it is asked',
    (kind) => {
      const model = MODELS[kind];
      const specialist = SPECIALISTS[kind]({ host, model });
      expect(specialist.id).toBe(model.id);
      expect(specialist.knows('dog')).toMatchObject({ match: 'same', labels: ['dog'] });
      expect(specialist.knows('').match).toBe('unknown');
      expect(host.pid).toBeUndefined();
    },
  );
});
