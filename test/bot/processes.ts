import { readdirSync, readFileSync } from 'node:fs';

export interface Resident {
  readonly bot: number;
  /** The detector and the decoders of pictures. */
  readonly workers: number;
  readonly all: number;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly mb: number;
}

/**
 * Resident memory of a bot and of all that it started, in MB; on Linux. What processes share counts for each.
 *
 * @example memoryOf(child.pid) // { bot: 210, workers: 390, all: 600 }
 */
export function memoryOf(pid: number): Resident {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statusOf);
  const bot = processes.find((each) => each.pid === pid)?.mb ?? 0;
  const workers = startedBy(pid, processes).reduce((sum, { mb }) => sum + mb, 0);
  return { bot, workers, all: bot + workers };
}

const startedBy = (pid: number, processes: readonly Process[]): Process[] =>
  processes
    .filter(({ parent }) => parent === pid)
    .flatMap((child) => [child, ...startedBy(child.pid, processes)]);

function statusOf(pid: string): Process {
  const status = contentOf(`/proc/${pid}/status`);
  const read = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { pid: Number(pid), parent: read('PPid'), mb: (read('VmRSS') * 1024) / 1e6 };
}

/** A process may end while it is looked at. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** How many questions the bot that listens at this port is answering. */
export async function inFlightAt(port: string): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^spotter_in_flight (\d+)$/m.exec(metrics)?.[1]);
}
