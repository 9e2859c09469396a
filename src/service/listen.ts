import { once } from 'node:events';
import type { Server, ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpotterError } from '../errors.ts';

/** For the headers of a request, and for a request as a whole, in milliseconds. */
export interface Patience {
  readonly headersMs: number;
  readonly requestMs: number;
}

/** How long a server waits, and how large headers may be. */
export const serverOptions = ({ headersMs, requestMs }: Patience): ServerOptions => ({
  headersTimeout: headersMs,
  requestTimeout: requestMs,
  keepAliveTimeout: 5000,
  // Otherwise slow requests would be noticed only every half minute.
  connectionsCheckingInterval: Math.min(1000, headersMs),
  maxHeaderSize: 16 * 1024,
});

/** A connection is closed after so many requests, so that none keeps the process busy by itself. */
const MAX_REQUESTS_OF_ONE = 100;

export function boundRequests(server: Server): void {
  server.maxRequestsPerSocket = MAX_REQUESTS_OF_ONE;
  server.on('dropRequest', (_, socket) => socket.destroy());
}

/**
 * Listens at a port, 0 for any free one.
 * @param hint what to do where the port cannot be had
 * @returns the port
 * @throws SpotterError bad-config
 */
export async function listenAt(server: Server, port: number, host: string, hint: string): Promise<number> {
  try {
    await once(server.listen({ port, host }), 'listening');
  } catch (cause) {
    const why = WHY[(cause as NodeJS.ErrnoException).code ?? ''] ?? 'cannot be used';
    throw new SpotterError('bad-config', `Port ${port} ${why}.`, hint, cause);
  }
  return (server.address() as AddressInfo).port;
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is used by another program',
  EACCES: 'may not be used by this user',
};

/** Ends what is under way within that time, in milliseconds; then cuts it off. */
export async function closeWithin(server: Server, ms: number): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  const timer = setTimeout(() => server.closeAllConnections(), ms);
  await closed;
  clearTimeout(timer);
}

/** @example urlOf('::1', 8080) // 'http://[::1]:8080' */
export const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
