import { SpotterError } from '../errors.ts';
import { within } from '../within.ts';

/** Rejects or returns words while something is not ready; resolves to nothing when it is. */
export type Check = () => Promise<string | undefined> | string | undefined;

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly said: string }[];
}

export interface ReadinessOptions {
  readonly checks: Readonly<Record<string, Check>>;
  /** What one check may take, in milliseconds; 2,000 unless told. */
  readonly withinMs?: number;
  /** Told what a check threw: others see only that it failed, for it may tell secrets. */
  readonly onTrouble?: (name: string, thrown: unknown) => void;
}

/** Asks all checks at once; those who ask meanwhile share the answer. */
export function createReadiness({ checks, withinMs = 2000, onTrouble = () => {} }: ReadinessOptions) {
  const late = () => new SpotterError('timed-out', `no answer within ${withinMs} ms`);
  async function ask(name: string, check: Check): Promise<Readiness['checks'][number]> {
    try {
      const said = await within(withinMs, undefined, async () => check(), late);
      return { name, ok: said === undefined, said: said ?? 'ready' };
    } catch (thrown) {
      onTrouble(name, thrown);
      const said = thrown instanceof SpotterError ? thrown.message : 'failed; the log says why';
      return { name, ok: false, said };
    }
  }
  async function askAll(): Promise<Readiness> {
    const all = await Promise.all(Object.entries(checks).map(([name, check]) => ask(name, check)));
    return { ready: all.every(({ ok }) => ok), checks: all };
  }
  let asking: Promise<Readiness> | undefined;
  return (): Promise<Readiness> => {
    asking ??= askAll().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
