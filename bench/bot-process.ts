import { readdirSync, readFileSync } from 'node:fs';

export interface Resident {
  readonly bot: number;
  readonly detector: number;
}

/** Resident memory of a bot and of the process that it started, in MB; on Linux. */
export function residentOf(pid: number): Resident {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statusOf);
  const sum = (own: typeof processes): number => own.reduce((all, { mb }) => all + mb, 0);
  return {
    bot: sum(processes.filter((each) => each.pid === pid)),
    detector: sum(processes.filter(({ parent }) => parent === pid)),
  };
}

function statusOf(pid: string): { pid: number; parent: number; mb: number } {
  const read = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  const status = contentOf(`/proc/${pid}/status`);
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
