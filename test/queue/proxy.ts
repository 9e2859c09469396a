import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface NetworkProxy {
  readonly url: string;
  /** Ends all connections, and refuses new ones until `mend`. */
  cut(): void;
  /** Passes nothing on, and answers nothing, as a cable that was pulled. */
  silence(): void;
  /** Passes everything on so many milliseconds later. */
  delay(ms: number): void;
  mend(): void;
  /** Leads to another server from now on; open connections end. */
  lead(port: number): void;
  close(): Promise<void>;
}

/** A way to a server on this machine that can fail as networks do. */
export async function startProxy(target: number): Promise<NetworkProxy> {
  let port = target;
  let late = 0;
  let state: 'whole' | 'cut' | 'silent' = 'whole';
  const pairs = new Set<readonly [Socket, Socket]>();
  const endAll = () => {
    for (const sockets of pairs) for (const socket of sockets) socket.destroy();
  };
  const server = createServer((inner) => {
    if (state === 'cut') return void inner.destroy();
    const outer = connect(port, '127.0.0.1');
    const pair = [inner, outer] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [outer, inner] as const]) {
      const pass = (bytes: Buffer) => state === 'whole' && to.write(bytes);
      // Timers of the same delay go off in the order in which they were set.
      from.on('data', (bytes) => void (late > 0 ? setTimeout(pass, late, bytes) : pass(bytes)));
      from.on('error', () => {});
      from.on('close', () => {
        pairs.delete(pair);
        if (state !== 'silent') to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      state = 'cut';
      endAll();
    },
    silence() {
      state = 'silent';
    },
    delay(ms) {
      late = ms;
    },
    mend() {
      state = 'whole';
      // What was lost on the way cannot be made up for.
      endAll();
    },
    lead(to) {
      port = to;
      endAll();
    },
    async close() {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}
