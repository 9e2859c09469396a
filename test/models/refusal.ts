import { expect } from 'vitest';
import { SpotterError } from '../../src/errors.ts';

/** What work was refused with; a test fails where it was not. */
export async function refusal(work: Promise<unknown> | (() => unknown)): Promise<SpotterError> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (thrown) {
    if (thrown instanceof SpotterError) return thrown;
    throw thrown;
  }
  return expect.fail('it was not refused');
}
