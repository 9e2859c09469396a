import { describe, expect, it } from 'vitest';
import { HIT_IOU, hits } from '../../src/evaluate/prediction.ts';

describe('hits', () => {
  it('is an IoU of at least one half', () => {
    expect(HIT_IOU).toBe(0.5);
    expect(hits([0, 0, 10, 10], [0, 0, 10, 10])).toBe(true);
    expect(hits([0, 0, 10, 10], [0, 0, 10, 20])).toBe(true);
    expect(hits([0, 0, 10, 10], [0, 0, 10, 21])).toBe(false);
    expect(hits(undefined, [0, 0, 10, 10])).toBe(false);
    expect(hits([0, 0, 10, 10], undefined)).toBe(false);
  });
});
