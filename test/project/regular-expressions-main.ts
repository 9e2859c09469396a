// Judges every regular expression of the program, and prints one JSON line for each that is not linear: how long it takes
// for the text that is hardest for it.
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { check, type VulnerableDiagnostics } from 'recheck';
import { sources } from './sources.ts';

interface Pattern {
  readonly source: string;
  readonly flags: string;
  readonly where: string;
}

/** Those that are written as such. */
function literals(): Pattern[] {
  return sources('src', 'adapters').flatMap(({ path, text }) => {
    const { code } = transformSync(text, {
      loader: path.endsWith('x') ? 'tsx' : 'ts',
      jsx: 'automatic',
      target: 'es2023',
    });
    const found: Pattern[] = [];
    full(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (node) => {
      const { regex } = node as { readonly regex?: { readonly pattern: string; readonly flags: string } };
      if (regex) found.push({ source: regex.pattern, flags: regex.flags, where: path });
    });
    return found;
  });
}

/** Those that our own code puts together while the readers of others' words are loaded and used. */
async function constructed(): Promise<Pattern[]> {
  const found: Pattern[] = [];
  const Original = globalThis.RegExp;
  globalThis.RegExp = new Proxy(Original, {
    construct(target, given, self) {
      const made = Reflect.construct(target, given, self) as RegExp;
      const [, , maker = ''] = new Error().stack?.split('\n') ?? [];
      const [where] = maker.includes('node_modules')
        ? []
        : (maker.match(/(?:src|adapters)\/[\w/-]+\.ts/) ?? []);
      if (where) found.push({ source: made.source, flags: made.flags, where });
      return made;
    },
  });
  const { READERS } = await import('../attack/readers.ts');
  for (const { read } of READERS) read('the answer is A, the dog on the left, [1, 2, 3, 4]');
  (await import('../../src/mllm/profile.ts')).profiles();
  globalThis.RegExp = Original;
  return found;
}

/** Too large to be judged; the timing of the readers (test/attack) counts. */
const TOO_LARGE = '(?<!\\p{L})(?:wait|actually|';

/** Longer texts are read with linear patterns only; the timing of the readers would show it. */
const LENGTH = 2000;

/** Of the processor, for the text that is hardest for a pattern. */
function hardestMs({ source, flags }: Pattern, { pumps, suffix }: VulnerableDiagnostics['attack']): number {
  const pumped = pumps.map(({ prefix, pump }) => prefix + pump.repeat(LENGTH / pumps.length / pump.length));
  const text = pumped.join('') + suffix;
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    new RegExp(source, flags).test(text);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

const all = [...literals(), ...(await constructed())];
const unlike = new Map(all.map((pattern) => [`/${pattern.source}/${pattern.flags}`, pattern]));
for (const [name, pattern] of unlike) {
  const { source, flags, where } = pattern;
  // Without a repetition that has no bound it is linear.
  if (!/[*+]|\{\d*,\}/.test(source) || source.startsWith(TOO_LARGE)) continue;
  const found = await check(source, flags, { timeout: 30_000 });
  if (found.status === 'safe') continue;
  const isPolynomial = found.status === 'vulnerable' && found.complexity.type === 'polynomial';
  const ms = isPolynomial ? hardestMs(pattern, found.attack) : 'for ever';
  console.log(JSON.stringify({ where, name, ms }));
}
console.log(JSON.stringify({ judged: unlike.size }));
