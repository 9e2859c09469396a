import { describe, expect, it } from 'vitest';
import { MemoryWatch } from '../../../src/detector/worker/runner.ts';

const GIB = 2 ** 30;
const ran = (file: string) => ({ model: { file, sha256: '' }, feeds: {} });

describe('the memory of a detector process', () => {
  it('is too much beyond a limit that was set', () => {
    const watch = new MemoryWatch(100);
    expect(watch.isTooMuch(100, ran('a'))).toBe(false);
    expect(watch.isTooMuch(101, ran('a'))).toBe(true);
    expect(watch.rss).toBe(101);
  });

  it('may be three times what the first run left, and 2 GiB in any case', () => {
    const watch = new MemoryWatch(undefined);
    expect(watch.isTooMuch(0.2 * GIB, ran('a'))).toBe(false);
    expect(watch.isTooMuch(1.9 * GIB, ran('a'))).toBe(false);
    expect(watch.isTooMuch(2.1 * GIB, ran('a'))).toBe(true);
    watch.reset();
    expect(watch.rss).toBeUndefined();
    expect(watch.isTooMuch(2.7 * GIB, ran('a'))).toBe(false);
    expect(watch.isTooMuch(8 * GIB, ran('a'))).toBe(false);
    expect(watch.isTooMuch(8.2 * GIB, ran('a'))).toBe(true);
  });

  it('may grow with another model, by loading it and by its first run', () => {
    const watch = new MemoryWatch(undefined);
    expect(watch.isTooMuch(1 * GIB, ran('a'))).toBe(false);
    expect(watch.isTooMuch(3.5 * GIB, { model: { file: 'b', sha256: '' } })).toBe(false);
    expect(watch.isTooMuch(3.5 * GIB, ran('b'))).toBe(false);
    expect(watch.isTooMuch(10 * GIB, ran('a'))).toBe(false);
    expect(watch.isTooMuch(11 * GIB, ran('a'))).toBe(true);
  });
});
