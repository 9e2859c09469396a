import { safe, safeJson } from '../../../src/safe-text.ts';
import type { Console } from '../console.ts';
import { UNWELL_EXIT } from '../exit-codes.ts';
import { startProgress } from '../progress.ts';
import { CHECKS, type Check } from './checks.ts';

/** What became of one check. */
interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly said: string;
  readonly details: readonly string[];
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
    const broken = findings.find((one) => one.name === check.needs && !one.ok);
    const looked = broken ? blocked(name, broken) : examine(name, check, signal);
    const finding = await looked.finally(progress.stop);
    findings.push(finding);
    if (!options.json) console.print(...findingLines(finding, console.paint));
  }
  const ok = findings.every((finding) => finding.ok);
  if (options.json) console.print(safeJson({ ok, checks: findings }));
  return ok ? 0 : UNWELL_EXIT;
}

/** Its failure would only repeat what was said before. */
const blocked = async (name: string, { name: needed }: Finding): Promise<Finding> => ({
  name,
  ok: false,
  said: 'cannot be looked at',
  details: [],
  fix: `Mend "${needed}" first.`,
});

async function examine(name: string, { look, fix }: Check, signal: AbortSignal): Promise<Finding> {
  signal.throwIfAborted();
  try {
    const found = await look(signal);
    const { said, details } = typeof found === 'string' ? { said: found, details: [] } : found;
    return { name, ok: true, said, details, fix: null };
  } catch (thrown) {
    signal.throwIfAborted();
    const { message, hint } = thrown as Error & { hint?: string };
    return { name, ok: false, said: message, details: sentences(hint), fix };
  }
}

const sentences = (text = ''): string[] => text.split(/(?<=\.) (?=[A-Z])/).filter(Boolean);

const findingLines = ({ name, ok, said, details, fix }: Finding, paint: Console['paint']): string[] => [
  `${ok ? paint('green', 'ok  ') : paint(['bold', 'red'], 'FAIL')}  ${name.padEnd(14)} ${safe(said)}`,
  ...[...details, ...(fix === null ? [] : [`fix: ${fix}`])].map((line) => `${' '.repeat(20)}${safe(line)}`),
];
