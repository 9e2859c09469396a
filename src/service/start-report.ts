import { VERSION } from '../version.ts';

/** What one part says of its start. */
export type Started =
  | { readonly name: string; readonly started: true; readonly said?: string }
  | {
      readonly name: string;
      readonly started: false;
      /** "DISCORD_TOKEN is not set" */
      readonly why: string;
      /** What a person has to do for it, step by step. */
      readonly steps?: readonly string[];
    };

export interface StartReport {
  /** Places where questions come from. */
  readonly adapters: readonly Started[];
  /** Everything else: detector, language model, memory, port. */
  readonly parts?: readonly Started[];
  /** Of settings only the names are told. */
  readonly env: NodeJS.ProcessEnv;
  readonly variables: readonly string[];
  /** Takes out what may not be shown; see src/secrets.ts. */
  readonly scrub?: (text: string) => string;
}

/** There are many, and all of them have something that is usual. */
const OF_ONES_OWN = /^(?:SPOTTER|HF)_/;

const listed = (names: readonly string[]): string => [...names].sort().join(', ') || 'none';

const TERMINAL =
  'Without any of them, in the terminal: spotter find street.jpg "the man left of the red bus"';

/** What was started, what was not, why, and what to do: for a person, in lines. */
export function createStartReport({
  adapters,
  parts = [],
  env,
  variables,
  scrub = (text) => text,
}: StartReport): string {
  const all = [...adapters, ...parts];
  const width = Math.max(0, ...all.map(({ name }) => name.length));
  const running = adapters.some(({ started }) => started);
  const lines = [
    `Spotter ${VERSION}`,
    ...all.flatMap((part) => linesOf(part, width)),
    `Settings that are set: ${listed(variables.filter((name) => env[name]))}`,
    `Not set: ${listed(variables.filter((name) => !env[name] && !OF_ONES_OWN.test(name)))}`,
    ...(running ? [] : ['Nothing takes questions yet.', TERMINAL]),
  ];
  return lines
    .map((line) =>
      scrub(line)
        .replace(/\p{C}+/gu, ' ')
        .trimEnd(),
    )
    .join('\n');
}

function linesOf(part: Started, width: number): string[] {
  const head = `  ${part.name.padEnd(width)}  `;
  if (part.started) return [`${head}started${part.said ? `: ${part.said}` : ''}`];
  const indent = ' '.repeat(head.length);
  const steps = (part.steps ?? []).map((step, i) => `${indent}${i + 1}. ${step}`);
  return [`${head}not started: ${part.why}`, ...steps];
}
