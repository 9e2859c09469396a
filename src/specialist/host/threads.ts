import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * How many threads a detector may use: the cores it may run on, but not more than its CPU quota lets run at a
 * time. A quota is rounded down: threads beyond it are throttled for the rest of each period.
 */
export function threadsFor(cores: number, quota: number): number {
  return Math.max(1, Math.min(cores, Math.floor(quota)));
}

/** CPUs granted by a cgroup v2 `cpu.max` ("150000 100000" is 1.5, "max 100000" is no limit). */
export function parseCpuMax(text: string): number {
  const [quota, period] = text.trim().split(/\s+/).map(Number);
  return quota && period ? quota / period : Number.POSITIVE_INFINITY;
}

/** The `cpu.max` files that bind a process, from its own group up to the root, given /proc/self/cgroup. */
export function cpuMaxFiles(cgroup: string): string[] {
  const group = /^0::(\/.*)$/m.exec(cgroup)?.[1] ?? '/';
  const parts = group.split('/').filter(Boolean);
  return Array.from({ length: parts.length + 1 }, (_, up) => {
    const folder = ['/sys/fs/cgroup', ...parts.slice(0, parts.length - up)].join('/');
    return `${folder}/cpu.max`;
  });
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** The threads to use on this machine: containers often report the cores of their host, so ask the quota. */
export function detectorThreads(): number {
  const quotas = cpuMaxFiles(read('/proc/self/cgroup')).map((file) => parseCpuMax(read(file)));
  return threadsFor(availableParallelism(), Math.min(...quotas));
}
