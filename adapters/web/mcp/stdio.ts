import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createTools, MAX_MESSAGE_BYTES, type ToolsDeps } from './tools.ts';

/** Offers the tools on standard input and output until they are closed, or it is told to stop. */
export async function serveStdio(deps: Omit<ToolsDeps, 'files'>, signal: AbortSignal): Promise<void> {
  const server = createTools({ ...deps, files: true });
  const transport = new StdioServerTransport(process.stdin, process.stdout, {
    maxBufferSize: MAX_MESSAGE_BYTES,
  });
  const ended = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.connect(transport);
  await ended;
  await server.close();
}
