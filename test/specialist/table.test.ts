import { afterAll, describe, expect, it } from 'vitest';
import type { Model } from '../../src/models/model.ts';
import { createDetectorHost } from '../../src/specialist/host/host.ts';
import { SPECIALISTS, type SpecialistKind } from '../../src/specialist/table.ts';
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
