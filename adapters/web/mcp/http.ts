import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { createTools, MAX_MESSAGE_BYTES, type ToolsDeps } from './tools.ts';

/**
 * Answers one request of an agent (MCP, streamable HTTP). Nothing is kept between two of them: pictures and answers have ids
 * that the agent names, so there are no sessions to be counted or stolen.
 */
export async function answerAgent(request: Request, deps: Omit<ToolsDeps, 'files'>): Promise<Response> {
  const server = createTools({ ...deps, files: false });
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: true,
    maxRequestBodySize: MAX_MESSAGE_BYTES,
  });
  // Its types allow undefined where those of the interface do not.
  await server.connect(transport as Parameters<typeof server.connect>[0]);
  request.signal.addEventListener('abort', () => void transport.close(), { once: true });
  return transport.handleRequest(request);
}
