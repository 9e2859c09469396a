import { describe, expect, it } from 'vitest';
import { calibrationHash, differences, identityOf, nameOf } from '../../../src/evaluate/run/file.ts';
import { type Calibration, loadCalibration } from '../../../src/reasoning/calibration.ts';
import { eyesOn, paint } from '../../reasoning/scene.ts';

const shipped = loadCalibration();
const scale = { method: 'made up', bias: 0, weight: 1, found: 0.5, absent: 0.5 };
const scaled = (strategies: Calibration['strategies']): Calibration => ({ ...shipped, strategies });
const detector = eyesOn(paint([]));
const identity = (calibration: Calibration) => identityOf({ detector, calibration, strategy: 'crs' }, 'abc');

describe('the identity of a run', () => {
  it('says that presence is scaled, and by what', () => {
    const [bare, by, otherwise] = [
      identity(shipped),
      identity(scaled({ crs: scale })),
      identity(scaled({ crs: { ...scale, bias: 1 } })),
    ];
    expect(bare.presence).toBeUndefined();
    expect(by.presence).toMatch(/^scaled by [0-9a-f]{12}$/);
    expect(differences(bare, by)).toEqual([`presence was not there and is ${by.presence}`]);
    expect(differences(by, otherwise)).toHaveLength(1);
    expect(nameOf(by)).toBe(`${nameOf(bare)}, presence scaled`);
  });

  it('is the same whatever other strategies are worth', () => {
    expect(identity(scaled({ auto: scale }))).toEqual(identity(shipped));
    expect(calibrationHash(scaled({ auto: scale }))).toBe(calibrationHash(shipped));
    expect(calibrationHash({ ...shipped, found: 0.1 })).not.toBe(calibrationHash(shipped));
  });
});
