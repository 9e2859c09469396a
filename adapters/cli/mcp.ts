import { readConfig } from '../../src/config.ts';
import { serveStdio } from '../web/mcp/stdio.ts';
import { LOCAL } from '../web/server/access.ts';
import { readAloneSettings } from '../web/settings.ts';
import { createAloneParts, createAnswering } from '../web/start.ts';
import type { Console } from './console.ts';
import type { Request } from './parse.ts';

/**
 * Offers tools to the agent that has started this, until it is done; standard output is the agent's alone.
 * @throws SpotterError bad-config, unknown-model, model-missing
 */
export async function mcpCommand(
  { options }: Extract<Request, { command: 'mcp' }>,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const { env } = process;
  const config = readConfig({ env, flags: options });
  const settings = readAloneSettings({ env });
  const parts = createAloneParts(config, settings);
  const { spotter } = parts;
  const { questions, close } = createAnswering({ ...parts, observe: () => {} });
  // Said again by the first question.
  spotter.warm().catch(() => {});
  const onTrouble = (thrown: unknown): void => console.note(`spotter: ${String(thrown)}`);
  try {
    await serveStdio({ questions, asker: LOCAL, onTrouble }, signal);
    return 0;
  } finally {
    await close();
    await spotter.close();
  }
}
