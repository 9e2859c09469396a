import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ROOT } from '../project/sources.ts';
import { certificateFor } from './certificate.ts';
import { PICTURE, startHost } from './hosts.ts';

interface Secure {
  readonly port: number;
  /** Which name was asked for in the handshake, of each request, and its token. */
  readonly seen: { readonly name: unknown; readonly token: string | undefined }[];
  /** Runs downloads in a process that trusts its certificate, and brings what each came to. */
  run(allowed: readonly string[], ...tasks: readonly string[]): Promise<string[]>;
}

async function startSecure(hostname: string, location?: string): Promise<Secure> {
  const folder = mkdtempSync(join(tmpdir(), 'spotter-'));
  const identity = certificateFor(hostname);
  const trusted = join(folder, 'ca.pem');
  writeFileSync(trusted, identity.cert);
  const seen: Secure['seen'] = [];
  const server = createServer(identity, (request, response) => {
    seen.push({ name: (request.socket as TLSSocket).servername, token: request.headers.authorization });
    if (location) response.writeHead(302, { location }).end();
    else response.writeHead(200).end(PICTURE);
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    rmSync(folder, { recursive: true });
  });
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    async run(allowed, ...tasks) {
      const args = [join(ROOT, 'bin/run.js'), 'test/fetch/https-program.ts', allowed.join(','), ...tasks];
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: trusted };
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env });
      return stdout.trim().split('\n');
    },
  };
}

describe('https to a pinned address', () => {
  it('still asks for the name, and believes no certificate of another one', async () => {
    const { port, seen, run } = await startSecure('files.attacker.net');
    const [right, wrong] = [`files.attacker.net:${port}`, `files.slack.net:${port}`];
    const said = await run(
      [right, wrong],
      `platform https://${right}/a.png`,
      `platform https://${wrong}/a.png`,
    );
    expect(said[0]).toBe(`${PICTURE.length} bytes`);
    expect(said[1]).toContain(
      'link-failed: The picture could not be fetched: its server has no valid certificate',
    );
    expect(seen).toEqual([{ name: 'files.attacker.net', token: 'Bearer canary' }]);
  });

  it('is not left for plain http with a token; without one it may be', async () => {
    const plain = await startHost();
    const { port, seen, run } = await startSecure('files.slack.net', `${plain.origin}/a.png`);
    const secure = `files.slack.net:${port}`;
    const tasks = ['platform', 'user'].map((as) => `${as} https://${secure}/a.png`);
    const said = await run([secure, plain.host], ...tasks);
    expect(said).toEqual([
      'link-failed: The picture could not be fetched: its server redirects to plain http.',
      `${PICTURE.length} bytes`,
    ]);
    expect(seen.map(({ token }) => token)).toEqual(['Bearer canary', undefined]);
    expect(plain.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});
