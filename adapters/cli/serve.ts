import { once } from 'node:events';
import { readConfig } from '../../src/config.ts';
import { urlOf } from '../../src/service/listen.ts';
import { createLog } from '../../src/service/log.ts';
import { readAloneSettings, tokensOf } from '../web/settings.ts';
import { createAloneParts, createWebServer } from '../web/start.ts';
import { type Console, ERROR_EXIT } from './console.ts';
import type { ServeOptions } from './parse.ts';

const DEFAULT_PORT = 8080;
/** For what is under way when it is told to stop, in milliseconds. */
const CLOSE_MS = 5000;

/** Serves the page, the API and the tools for agents until it is told to stop. @throws SpotterError bad-config */
export async function serveCommand(
  { options }: { readonly options: ServeOptions },
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const { env } = process;
  const config = readConfig({ env, flags: { specialist: options.specialist, device: options.device } });
  const settings = readAloneSettings({ env, flags: { webPort: options.port, webHost: options.host } });
  const secrets = tokensOf(settings).map(({ secret }) => secret);
  const log = createLog({ level: 'info', secrets });
  const parts = createAloneParts(config, settings, {
    onTrouble: (said) => log.warn({ said }, 'trouble with the queue'),
  });
  const { spotter } = parts;
  const web = createWebServer({
    ...parts,
    observe: (event) => {
      if (event.kind === 'failed') log.info({ err: event.error }, 'a question failed');
    },
    onTrouble: (err) => log.error({ err }, 'a request failed'),
  });
  try {
    const port = await web.listen(settings.webPort ?? DEFAULT_PORT);
    spotter.warm().catch((err) => log.error({ err }, 'the detector does not start'));
    console.note(...startLines(settings.webHost, port, settings.webTokens.length > 0));
    if (!signal.aborted) await once(signal, 'abort');
    return ERROR_EXIT.cancelled;
  } finally {
    await web.close(CLOSE_MS);
    await spotter.close();
  }
}

function startLines(host: string, port: number, hasTokens: boolean): string[] {
  const address = urlOf(host, port);
  return [
    `The page: ${address}/`,
    `The API:  ${address}/docs/`,
    `For agents (MCP): ${address}/mcp`,
    ...(hasTokens ? ['Asking requires a token of SPOTTER_WEB_TOKENS.'] : []),
    'Press Ctrl-C to stop.',
  ];
}
