import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

/** Who works on something: one start of one process. */
export const Owner = z.object({
  id: z.string(),
  /** Where process ids mean the same. */
  processes: z.string(),
  pid: z.number(),
});
export type Owner = Readonly<z.infer<typeof Owner>>;

/** Owners in this process that have not ended. */
const here = new Set<string>();

export function ownerHere(id: string): Owner {
  here.add(id);
  return { id, processes: processesHere(), pid: process.pid };
}

export const endOwner = ({ id }: Owner): void => void here.delete(id);

/** Whether it is certain that an owner is gone: its process ran here, and does not any more. */
export function isDead({ id, processes, pid }: Owner): boolean {
  if (processes !== processesHere()) return false;
  // A container starts again with the same id for its process.
  if (pid === process.pid) return !here.has(id);
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Names this start of this machine and this namespace of processes. A host's name alone would not do: containers of
 * different machines may share one, and an id that means nothing here would look like a dead process.
 */
function processesHere(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
