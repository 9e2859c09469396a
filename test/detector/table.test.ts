import { afterAll, describe, expect, it } from 'vitest';
import { DETECTORS, type DetectorKind } from '../../src/detector/create.ts';
import { createDetectorHost } from '../../src/detector/worker/host.ts';
import type { Model } from '../../src/models/registry.ts';
import { MINI } from './grounding-dino/mini.ts';
import { STARTER } from './starter-model.ts';

/** A model for each kind of specialist. */
const MODELS: Readonly<Record<DetectorKind, Model>> = { starter: STARTER, 'grounding-dino': MINI };

const host = createDetectorHost();
afterAll(() => host.close());

describe('the table of specialists', () => {
  it.each(Object.keys(DETECTORS) as DetectorKind[])(
    '%s is called as its model, and starts nothing before it is asked',
    (kind) => {
      const model = MODELS[kind];
      const detector = DETECTORS[kind]({ host, model });
      expect(detector.id).toBe(model.id);
      expect(detector.matchLabel('dog')).toMatchObject({ match: 'same', labels: ['dog'] });
      expect(detector.matchLabel('').match).toBe('unknown');
      expect(host.pid).toBeUndefined();
    },
  );
});
