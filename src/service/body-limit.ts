import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Answers with 413, and reads no further, when a request's body is longer than so many bytes, as it says or as it turns
 * out. Takes nothing away from whoever reads it.
 * @returns whether it can go on; a body without a stated length may still be found too long
 */
export function limitBody(request: IncomingMessage, response: ServerResponse, maxBytes: number): boolean {
  const refuse = (): void => {
    if (!response.headersSent) response.writeHead(413, { connection: 'close' }).end();
    response.once('finish', () => request.destroy());
  };
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    refuse();
    return false;
  }
  let bytes = 0;
  const push = request.push.bind(request);
  // A listener for data would make it flow before its reader is there.
  request.push = (chunk: Buffer | null, ...rest) => {
    bytes += chunk?.length ?? 0;
    if (bytes <= maxBytes) return push(chunk, ...rest);
    refuse();
    return false;
  };
  return true;
}
