import { describe, expect, it } from 'vitest';
import {
  absentThreshold,
  crossValidate,
  fitPresence,
  foundThreshold,
  type Observation,
  type Predicted,
  trialOf,
} from '../../../src/evaluate/calibrate/fit.ts';
import { FEATURES, type Features, predict } from '../../../src/reasoning/calibration.ts';

const features = (more: Partial<Features> = {}): Features => ({
  ...(Object.fromEntries(FEATURES.map((name) => [name, 0])) as Features),
  ...more,
});
const observation = (photo: string, certainty: number, present: boolean): Observation => ({
  photo,
  features: features({ certainty, clear: 1 }),
  present,
  right: present,
});
const predicted = (right: number, isRight: boolean, present = isRight): Predicted => ({
  observation: { ...observation('a', 0, present), right: isRight },
  presence: right,
  right,
});

describe('crossValidate', () => {
  const all = Array.from({ length: 60 }, (_, i) => observation(`picture ${i % 20}`, (i % 7) - 3, i % 7 > 3));

  it('predicts every observation once, as a probability', () => {
    const held = crossValidate(all);
    expect(held).toHaveLength(all.length);
    expect(new Set(held.map((p) => p.observation))).toEqual(new Set(all));
    expect(held.every((p) => p.presence > 0 && p.presence < 1 && p.right > 0 && p.right < 1)).toBe(true);
  });

  it('never learns from the picture that it predicts', () => {
    // On one picture everything is the other way round; a model that had seen it would know.
    const odd = Array.from({ length: 40 }, (_, i) => observation('odd', i % 2 === 0 ? 3 : -3, i % 2 === 1));
    const held = crossValidate([...all, ...odd]).filter((p) => p.observation.photo === 'odd');
    const without = fitPresence(all);
    expect(held).toHaveLength(odd.length);
    for (const { observation: o, presence } of held) {
      const x = FEATURES.map((name) => o.features[name]);
      expect(presence > 0.5).toBe(predict(without, x) > 0.5);
      expect(presence > 0.5).toBe(!o.present);
    }
  });

  it('puts observations of one picture into one fold: same features, same prediction', () => {
    const held = crossValidate(all);
    const said = new Map<string, number>();
    for (const { observation: o, presence } of held) {
      const key = `${o.photo} ${o.features.certainty}`;
      expect(presence).toBeCloseTo(said.get(key) ?? presence, 12);
      said.set(key, presence);
    }
  });
});

describe('thresholds', () => {
  const held = [
    predicted(0.9, true),
    predicted(0.8, true),
    predicted(0.7, false),
    predicted(0.6, true),
    predicted(0.5, true),
    predicted(0.4, false),
    predicted(0.3, false),
  ];

  it('of found is the lowest from which enough are right', () => {
    expect(foundThreshold(held, 1)).toBe(0.8);
    expect(foundThreshold(held, 0.8)).toBe(0.5);
    expect(foundThreshold(held, 0.5)).toBe(0.3);
    expect(foundThreshold([predicted(0.9, false)], 0.5)).toBe(1);
    expect(foundThreshold([], 0.5)).toBe(1);
  });

  it('of found counts only what can be found', () => {
    const tied = predicted(0.85, false);
    const { observation: o } = tied;
    expect(foundThreshold([...held, tied], 0.8)).toBe(0.9);
    expect(foundThreshold([...held, { ...tied, observation: { ...o, features: features() } }], 0.8)).toBe(
      0.5,
    );
  });

  it('leave undecided what is right enough but cannot be found', () => {
    const sure = predicted(0.9, true);
    const tied = { ...sure, observation: { ...sure.observation, features: features() } };
    const thresholds = { found: 0.5, absent: 0.2 };
    expect(trialOf(sure, thresholds).outcome).toBe('found');
    expect(trialOf(tied, thresholds).outcome).toBe('undecided');
  });

  it('of absent loses at most its share of what is present', () => {
    const present = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((p) => predicted(p, true));
    for (const wrong of [0, 0.1, 0.25, 0.5]) {
      const threshold = absentThreshold([...present, predicted(0.05, false)], wrong);
      const lost = present.filter((p) => p.presence < threshold).length / present.length;
      expect(lost, `${wrong}`).toBeLessThanOrEqual(wrong);
    }
    expect(absentThreshold([], 0.1)).toBe(0);
  });
});
