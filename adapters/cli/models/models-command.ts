import { readConfig } from '../../../src/config.ts';
import { createModels, type Models } from '../../../src/models/models.ts';
import type { Console } from '../console.ts';
import type { ModelsRequest } from './declare.ts';
import { list } from './list.ts';
import { path } from './path.ts';
import { pull } from './pull.ts';
import { remove } from './remove.ts';
import { verify } from './verify.ts';

/** Carries out one action; resolves to the exit code. @throws SpotterError */
export type Action<R> = (
  request: R,
  models: Models,
  console: Console,
  signal: AbortSignal,
) => number | Promise<number>;

type Of<A extends ModelsRequest['action']> = Extract<ModelsRequest, { action: A }>;

const ACTIONS: { readonly [A in ModelsRequest['action']]: Action<Of<A>> } = {
  list,
  pull,
  verify,
  remove,
  path,
  // It needs much that the others do not.
  parity: async (...all) => (await import('./parity-command.ts')).parity(...all),
};

/** @throws SpotterError */
export async function modelsCommand(
  request: ModelsRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const models = createModels(readConfig({ env: process.env }));
  // That an action gets a request of its own kind is what the table says.
  return (ACTIONS[request.action] as Action<ModelsRequest>)(request, models, console, signal);
}
