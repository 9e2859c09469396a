import { asSpotterError, SpotterError } from '../../src/errors.ts';
import { createConsole, ERROR_EXIT, SIGNAL_EXIT } from './console.ts';
import { reportError, run, wantsJson } from './run.ts';

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
