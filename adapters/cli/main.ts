import { VERSION } from '../../src/config.ts';
import { asSpotterError, SpotterError } from '../../src/errors.ts';
import { safe, safeJson } from '../../src/text.ts';
import { type Console, createConsole, ERROR_EXIT, SIGNAL_EXIT } from './console.ts';
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
  serve: async (...all) => (await import('./serve.ts')).serveCommand(...all),
  mcp: async (...all) => (await import('./mcp.ts')).mcpCommand(...all),
  doctor: async (...all) => (await import('./doctor.ts')).doctorCommand(...all),
  models: async (...all) => (await import('./models.ts')).modelsCommand(...all),
  eval: async (...all) => (await import('./eval.ts')).evalCommand(...all),
  discord: async (request, console) => (await import('./discord.ts')).discordCommand(request, console),
  feedback: async (request, console) => (await import('./feedback.ts')).feedbackCommand(request, console),
  worker: async (...all) => (await import('./worker.ts')).workerCommand(...all),
  queue: async (request, console) => (await import('./queue.ts')).queueCommand(request, console),
  show: async ({ text }, console) => {
    console.print(text);
    return 0;
  },
};

const args = process.argv.slice(2);
const console = createConsole(process);
const stop = new AbortController();
let stopped: number | undefined;

for (const [signal, code] of Object.entries(SIGNAL_EXIT)) {
  process.on(signal, () => {
    // Whoever asks twice does not want to wait for good order.
    if (stopped !== undefined) process.exit(code);
    stopped = code;
    stop.abort(new SpotterError('cancelled', 'Cancelled.'));
  });
}

// Node itself would exit with 1, which means "not present" here.
process.exitCode = ERROR_EXIT.internal;
process.on('uncaughtException', (thrown) => {
  reportError(asSpotterError(thrown), wantsJson(args), console);
  process.exit(ERROR_EXIT.internal);
});

run(args, console, stop.signal).then((code) => {
  process.exitCode = code === ERROR_EXIT.cancelled && stopped !== undefined ? stopped : code;
});

/** Carries out one command line; resolves to the exit code, also when it fails. */
async function run(args: readonly string[], console: Console, signal: AbortSignal): Promise<number> {
  try {
    const request = await parse(args, VERSION);
    return await (COMMANDS[request.command] as Run<typeof request.command>)(
      request as never,
      console,
      signal,
    );
  } catch (thrown) {
    // An error after a signal to stop is a result of it: Ctrl-C also stops the process that compiles modules.
    const foreseen = thrown instanceof SpotterError || !signal.aborted;
    const error = asSpotterError(foreseen ? thrown : signal.reason);
    reportError(error, wantsJson(args), console);
    return ERROR_EXIT[error.code];
  }
}

function reportError(error: SpotterError, json: boolean, console: Console): void {
  if (json) console.print(safeJson({ error }));
  else console.note(`spotter: ${safe(error.message)}`, ...(error.hint ? [`  ${safe(error.hint)}`] : []));
}

/** Asked of the raw arguments, since a command line that cannot be read is answered in JSON, too. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).includes('--json');
}
