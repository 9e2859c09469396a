import { describe, expect, it } from 'vitest';
import { cpuMaxFiles, detectorThreads, parseCpuMax, threadsFor } from '../../../src/detector/worker/host.ts';

describe('threads of the detector', () => {
  it.each([
    [8, Number.POSITIVE_INFINITY, 8],
    [8, 2, 2],
    [8, 2.9, 2],
    [2, 16, 2],
    [4, 0.5, 1],
    [1, 1, 1],
  ])('%d cores under a quota of %d give %d', (cores, quota, threads) => {
    expect(threadsFor(cores, quota)).toBe(threads);
  });

  it.each([
    ['max 100000\n', Number.POSITIVE_INFINITY],
    ['150000 100000\n', 1.5],
    ['50000 100000', 0.5],
    ['', Number.POSITIVE_INFINITY],
    ['garbage', Number.POSITIVE_INFINITY],
  ])('reads cpu.max %j as %d', (text, cpus) => {
    expect(parseCpuMax(text)).toBe(cpus);
  });

  it('asks every group from its own up to the root', () => {
    expect(cpuMaxFiles('0::/system.slice/spotter.service\n')).toEqual([
      '/sys/fs/cgroup/system.slice/spotter.service/cpu.max',
      '/sys/fs/cgroup/system.slice/cpu.max',
      '/sys/fs/cgroup/cpu.max',
    ]);
  });

  it.each(['', '0::/\n', '4:memory:/a/b\n1:cpu:/\n0::/\n'])('asks the root alone for %j', (cgroup) => {
    expect(cpuMaxFiles(cgroup)).toEqual(['/sys/fs/cgroup/cpu.max']);
  });

  it('gives at least one on this machine', () => {
    expect(detectorThreads()).toBeGreaterThanOrEqual(1);
  });
});
