import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { promisify } from 'node:util';
import { SourceFailure } from '../pull/failure.ts';

const run = promisify(execFile);

/**
 * The address of the registry that npm uses here: npm_config_registry, or what npm itself says.
 * @throws SourceFailure when npm is not there to be asked
 */
export async function npmRegistry(): Promise<string> {
  const said = process.env.npm_config_registry || process.env.NPM_CONFIG_REGISTRY || (await askNpm());
  if (/^https?:/.test(said) && URL.canParse(said)) return said;
  throw new SourceFailure('elsewhere', 'needs the address of a registry: set npm_config_registry');
}

async function askNpm(): Promise<string> {
  try {
    // On Windows npm is a script, which only a shell can run; nothing here comes from anyone else.
    const { stdout } = await run('npm', ['config', 'get', 'registry'], {
      cwd: homedir(),
      timeout: 20_000,
      shell: process.platform === 'win32',
    });
    return stdout.trim();
  } catch {
    return '';
  }
}
