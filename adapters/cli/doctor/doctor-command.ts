import type { Console } from '../console.ts';
import { UNWELL_EXIT } from '../exit-codes.ts';
import { startProgress } from '../progress.ts';
import { safe, safeJson } from '../safe-text.ts';
import { CHECKS, type Check } from './checks.ts';

/** What one check found out. */
interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly said: string;
  /** What to do about it; null where nothing is amiss. */
  readonly fix: string | null;
}

/** Checks everything, whatever fails on the way; resolves to the exit code. */
export async function doctorCommand(
  { options }: { readonly options: { readonly json: boolean } },
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const findings: Finding[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    const progress = startProgress(console.stderr, `Checking: ${name}`);
    const finding = await examine(name, check, signal).finally(progress.stop);
    findings.push(finding);
    if (!options.json) console.print(...findingLines(finding, console.paint));
  }
  const ok = findings.every((finding) => finding.ok);
  if (options.json) console.print(safeJson({ ok, checks: findings }));
  return ok ? 0 : UNWELL_EXIT;
}

async function examine(name: string, { look, fix }: Check, signal: AbortSignal): Promise<Finding> {
  signal.throwIfAborted();
  try {
    return { name, ok: true, said: await look(signal), fix: null };
  } catch (thrown) {
    signal.throwIfAborted();
    const { message, hint } = thrown as Error & { hint?: string };
    return { name, ok: false, said: [message, hint].filter(Boolean).join(' '), fix };
  }
}

const findingLines = ({ name, ok, said, fix }: Finding, paint: Console['paint']): string[] => [
  `${ok ? paint('green', 'ok  ') : paint(['bold', 'red'], 'FAIL')}  ${name.padEnd(13)} ${safe(said)}`,
  ...(fix === null ? [] : [`      ${''.padEnd(13)} fix: ${fix}`]),
];
