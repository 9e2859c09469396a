import type { Console } from '../console.ts';
import type { EvalRequest } from './declare.ts';

type Of<A extends EvalRequest['action']> = Extract<EvalRequest, { action: A }>;
type Action<R> = (request: R, console: Console, signal: AbortSignal) => Promise<number>;

const ACTIONS: { readonly [A in EvalRequest['action']]: Action<Of<A>> } = {
  run: async (...all) => (await import('./run-command.ts')).runCommand(...all),
  score: async (...all) => (await import('./score-command.ts')).scoreCommand(...all),
  compare: async (request, console) =>
    (await import('./score-command.ts')).compareRunsCommand(request, console),
  merge: async (request, console) => (await import('./merge-command.ts')).mergeCommand(request, console),
  calibrate: async (...all) => (await import('./calibrate-command.ts')).calibrateCommand(...all),
  'tuning-set': async (...all) => (await import('./tuning-set-command.ts')).tuningSetCommand(...all),
};

/** @throws SpotterError */
export const evalCommand = (request: EvalRequest, console: Console, signal: AbortSignal): Promise<number> =>
  // That an action gets a request of its own kind is what the table says.
  (ACTIONS[request.action] as Action<EvalRequest>)(request, console, signal);
