import { VERSION } from '../../src/config.ts';
import { asSpotterError, SpotterError } from '../../src/errors.ts';
import { safe, safeJson } from '../../src/text.ts';
import { type Console, ERROR_EXIT } from './console.ts';
import { parse, type Request } from './parse.ts';

type Run<R extends Request['command']> = (
  request: Extract<Request, { command: R }>,
  console: Console,
  signal: AbortSignal,
) => Promise<number>;

/** Loaded when needed: help appears in a third of the time that loading everything takes. */
const COMMANDS: { readonly [R in Request['command']]: Run<R> } = {
  find: async (...all) => (await import('./find.ts')).findCommand(...all),
  compare: async (...all) => (await import('./compare.ts')).compareCommand(...all),
  doctor: async (...all) => (await import('./doctor.ts')).doctorCommand(...all),
  models: async (...all) => (await import('./models.ts')).modelsCommand(...all),
  eval: async (...all) => (await import('./eval.ts')).evalCommand(...all),
  discord: async (request, console) => (await import('./discord.ts')).discordCommand(request, console),
  feedback: async (request, console) => (await import('./feedback.ts')).feedbackCommand(request, console),
  show: async ({ text }, console) => {
    console.print(text);
    return 0;
  },
};

/** Carries out one command line; resolves to the exit code, also when it fails. */
export async function run(args: readonly string[], console: Console, signal: AbortSignal): Promise<number> {
  try {
    const request = parse(args, VERSION);
    return await (COMMANDS[request.command] as Run<typeof request.command>)(
      request as never,
      console,
      signal,
    );
  } catch (thrown) {
    // Once told to stop, what nobody has foreseen comes of that: Ctrl-C also reaches what compiles the modules still to be loaded.
    const foreseen = thrown instanceof SpotterError || !signal.aborted;
    const error = asSpotterError(foreseen ? thrown : signal.reason);
    reportError(error, wantsJson(args), console);
    return ERROR_EXIT[error.code];
  }
}

export function reportError(error: SpotterError, json: boolean, console: Console): void {
  if (json) console.print(safeJson({ error }));
  else console.note(`spotter: ${safe(error.message)}`, ...(error.hint ? [`  ${safe(error.hint)}`] : []));
}

/** Asked of the raw arguments, since a command line that cannot be read is answered in JSON, too. */
export const wantsJson = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).includes('--json');
};
