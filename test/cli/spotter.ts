import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../src/errors.ts';

const BIN = fileURLToPath(new URL('../../bin/spotter.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpotterOptions {
  /** The working directory: answers are drawn there. */
  readonly cwd: string;
  readonly stdin?: Uint8Array;
  readonly env?: NodeJS.ProcessEnv;
  /** Another copy of the program. */
  readonly bin?: string;
}

/** Starts the real program, in a process group of its own, so that it can be sent what Ctrl-C sends. */
export function startSpotter(
  args: readonly string[],
  { cwd, env = {}, bin = BIN }: SpotterOptions,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    detached: true,
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  return { child, ended };
}

/** Runs it to its end. */
export function spotter(args: readonly string[], options: SpotterOptions): Promise<Ended> {
  const { child, ended } = startSpotter(args, options);
  child.stdin?.end(options.stdin);
  return ended;
}

/** What docs/cli.md promises of --json, and nothing else. */
export const AnswerSchema = z.strictObject({
  outcome: z.enum(['found', 'not-present', 'undecided']),
  boxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  scores: z.array(z.number().min(0).max(1)),
  presence: z.number().min(0).max(1),
  sentence: z.string(),
  unresolved: z.array(z.string()),
  strategy: z.string(),
  route: z.string(),
  cost: z
    .strictObject({
      calls: z.number(),
      prompt_tokens: z.number(),
      answer_tokens: z.number(),
      ms: z.number(),
      dollars: z.number().nullable(),
    })
    .nullable(),
  image: z.strictObject({
    width: z.int().positive(),
    height: z.int().positive(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  question: z
    .strictObject({
      kind: z.enum(['exists', 'count', 'which', 'side', 'colour', 'reads', 'seen']),
      value: z.union([z.boolean(), z.number(), z.string(), z.array(z.string()), z.null()]),
      at_least: z.literal(true).optional(),
    })
    .optional(),
  output: z.string().nullable(),
  timings_ms: z.record(z.string(), z.number().nonnegative()),
});

export const ErrorSchema = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
    message: z.string().regex(/^\S.*\.$/),
    hint: z.string(),
  }),
});

/** The one object on the one line. */
export function oneLine<T>(schema: z.ZodType<T>, stdout: string): T {
  const [line = '', ...rest] = stdout.split('\n');
  if (rest.join('') !== '') throw new Error(`more than one line: ${stdout}`);
  return schema.parse(JSON.parse(line));
}

/** The processes that a process has started, on Linux. */
export function childrenOf(pid: number | undefined): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}
