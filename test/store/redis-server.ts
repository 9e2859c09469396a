import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = 'redis-server';

/** Whether a real Redis can be started here; says so where not. */
export const HAS_REDIS = spawnSync(PROGRAM, ['--version']).status === 0;
if (!HAS_REDIS) console.warn(`No ${PROGRAM} here: the tests that need one are skipped.`);

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Ends it, as by kill -9; `start` starts it again on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Stops and continues it, as a machine that hangs would. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** A Redis of one's own: nothing is written to the disk. */
export async function startRedis({
  password,
  settings = [],
}: {
  readonly password?: string;
  /** More options of its command line. */
  readonly settings?: readonly string[];
} = {}): Promise<RedisServer> {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'spotter-redis-'));
  const secret = password === undefined ? [] : ['--requirepass', password];
  let child: ChildProcess;
  async function start(): Promise<void> {
    const options = [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--dir',
      dir,
      '--save',
      '',
      ...secret,
      ...settings,
    ];
    child = spawn(PROGRAM, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const text of child.stdout!.setEncoding('utf8')) {
      if (text.includes('Ready to accept connections')) break;
    }
  }
  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  await start();
  const login = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
  return {
    port,
    url: `redis://${login}127.0.0.1:${port}`,
    kill,
    start,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async close() {
      await kill();
      rmSync(dir, { recursive: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}
