import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpotterError } from '../../src/errors.ts';
import {
  calibrationFor,
  FEATURES,
  type Features,
  featuresOf,
  loadCalibration,
  NOTHING,
  presenceOf,
  rightnessOf,
} from '../../src/reasoning/calibration.ts';
import { candidate } from './candidates.ts';

const SHIPPED = new URL('../../src/reasoning/calibrations/starter.json', import.meta.url);
const shipped = JSON.parse(readFileSync(SHIPPED, 'utf8'));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'calibration-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function loadFrom(content: unknown) {
  const file = join(folder, 'calibration.json');
  writeFileSync(file, JSON.stringify(content));
  return loadCalibration(file);
}

describe('the shipped calibration', () => {
  const calibration = loadCalibration();

  it('names its method, and its features in the order of their weights', () => {
    expect(calibration.method.length).toBeGreaterThan(20);
    expect(calibration.features).toEqual([...FEATURES]);
  });

  it('gives probabilities for any features', () => {
    const any = fc.record(
      Object.fromEntries(FEATURES.map((name) => [name, fc.double({ min: -20, max: 20, noNaN: true })])),
    ) as unknown as fc.Arbitrary<Features>;
    fc.assert(
      fc.property(any, (features) =>
        [presenceOf(calibration, features), rightnessOf(calibration, features)].every(
          (p) => p >= 0 && p <= 1,
        ),
      ),
    );
  });

  it('believes more in what is surer, and less in what is contradicted or ambiguous', () => {
    const plain = Object.fromEntries(FEATURES.map((name) => [name, name === 'worst' ? 1 : 0])) as Features;
    const presence = (more: Partial<Features>) => presenceOf(calibration, { ...plain, ...more });
    const right = (more: Partial<Features>) => rightnessOf(calibration, { ...plain, ...more });
    for (const p of [presence, right]) {
      expect(p({ certainty: 2 })).toBeGreaterThan(p({}));
      expect(p({ certainty: -3, doubt: 0.55 })).toBeLessThan(p({}));
      expect(p({ fit: -2, worst: 0.13 })).toBeLessThan(p({}));
      expect(p({ unresolved: 1 })).toBeLessThan(p({}));
    }
    expect(right({ ambiguity: 1 })).toBeLessThan(right({}));
  });

  it('asks for more to be found than to be not absent', () => {
    expect(calibration.found).toBeGreaterThan(calibration.absent);
  });
});

describe('a calibration file', () => {
  it('is read as it is', () => {
    expect(loadFrom(shipped)).toEqual(shipped);
  });

  const [first, second, ...rest] = FEATURES;
  it.each([
    ['of other features', { ...shipped, features: FEATURES.map((_, i) => `feature ${i}`) }],
    ['of fewer features', { ...shipped, features: FEATURES.slice(1) }],
    ['of features in another order', { ...shipped, features: [second, first, ...rest] }],
    ['with too few weights', { ...shipped, presence: { bias: 0, weights: [1, 2] } }],
    ['with a threshold that is no probability', { ...shipped, found: 1.5 }],
    ['without its method', { ...shipped, method: undefined }],
    ['with something unknown in it', { ...shipped, presense: 1 }],
    ['that is something else', []],
  ])('%s is refused', (_, content) => {
    expect(() => loadFrom(content)).toThrow();
  });
});

describe('the calibration of a specialist', () => {
  it('is its own where there is one', () => {
    expect(calibrationFor('starter')).toEqual(loadCalibration());
  });

  it('is borrowed where nobody measured it, and then a faint sight is enough to doubt absence', () => {
    const starter = loadCalibration();
    const borrowed = calibrationFor('never-measured');
    expect(borrowed.found).toBe(starter.found);
    expect(presenceOf(borrowed, NOTHING)).toBeLessThanOrEqual(borrowed.absent);
    const faint = candidate({ certainty: 0.05 });
    const features = featuresOf(
      { plural: false },
      [faint],
      { match: 'same' },
      { width: 100, height: 100 },
      true,
    );
    expect(presenceOf(borrowed, features)).toBeGreaterThan(borrowed.absent);
  });
});

describe('a calibration of one’s own', () => {
  const scale = { method: 'made up', bias: -0.5, weight: 0.4, found: 0.6, absent: 0.2 };
  const saved = (content: unknown) => {
    const file = join(folder, 'own.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const refusal = (detector: string, file: string) => {
    try {
      return calibrationFor(detector, file) && 'was accepted';
    } catch (thrown) {
      const { code, message, hint } = thrown as SpotterError;
      return `${code}: ${message} ${hint}`;
    }
  };

  it('takes the place of the shipped one, with what strategies are worth', () => {
    const own = { ...shipped, found: 0.7, strategies: { crs: scale, auto: scale } };
    expect(calibrationFor('starter', saved(own))).toEqual(own);
    expect(calibrationFor('mine', saved({ ...own, id: 'mine' }))).toEqual({ ...own, id: 'mine' });
  });

  it.each([
    ['of another detector', { ...shipped, id: 'other' }, 'was fitted to "other", not to "starter".'],
    ['for other features', { ...shipped, features: ['size'] }, 'features'],
    ['of a strategy that there is not', { ...shipped, strategies: { guess: scale } }, 'strategies'],
    [
      'that turns presence round',
      { ...shipped, strategies: { crs: { ...scale, weight: -1 } } },
      'strategies.crs.weight: ',
    ],
    [
      'with a threshold that is no probability',
      { ...shipped, strategies: { crs: { ...scale, found: 2 } } },
      'strategies.crs.found: ',
    ],
    ['that is no JSON', '{"id": "secret', 'it is not JSON.'],
  ])('%s is refused, saying so', (_, content, why) => {
    const said = refusal('starter', saved(content));
    expect(said).toMatch(/^bad-config: .*own\.json/);
    expect(said).toContain(why);
    expect(said).toContain('SPOTTER_CALIBRATION');
    expect(said).not.toContain('secret');
  });

  it('that is not there is refused, saying so', () => {
    expect(refusal('starter', join(folder, 'nowhere.json'))).toMatch(
      /^bad-config: .*nowhere\.json is no calibration that can be used: .* is missing\./,
    );
  });
});
