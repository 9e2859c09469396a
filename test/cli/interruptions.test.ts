import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { example } from '../detector/photos.ts';
import { runs, until } from '../detector/processes.ts';
import { AnswerSchema, childrenOf, ErrorSchema, oneLine, startSpotter } from './spotter.ts';

const ASK = ['find', example('two-dogs.jpg'), 'the upper dog'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-stop-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

// What a process has started is only known on Linux.
describe.runIf(process.platform === 'linux')('while the detector works', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends all of it, and leaves nothing behind', async (signal, code) => {
    const { child, ended } = startSpotter(ASK, { cwd: folder });
    const [detector] = await until(() => childrenOf(child.pid).length > 0 && childrenOf(child.pid));
    process.kill(-child.pid!, signal);
    expect(await ended).toEqual({ code, stdout: '', stderr: 'spotter: Cancelled.\n' });
    await until(() => !runs(detector!));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('Ctrl-C is an error in JSON, too', async () => {
    const { child, ended } = startSpotter([...ASK, '--json'], { cwd: folder });
    await until(() => childrenOf(child.pid).length > 0);
    process.kill(-child.pid!, 'SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(oneLine(ErrorSchema, stdout).error.code).toBe('cancelled');
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  });

  it('its death does not cost the answer', async () => {
    const { child, ended } = startSpotter([...ASK, '--json'], { cwd: folder });
    const [detector] = await until(() => childrenOf(child.pid).length > 0 && childrenOf(child.pid));
    process.kill(detector!, 'SIGKILL');
    const { code, stdout } = await ended;
    expect(oneLine(AnswerSchema, stdout).outcome).toBe('found');
    expect(code).toBe(0);
  });
});

describe('standard input that never ends', () => {
  it('can be left with Ctrl-C', async () => {
    const { child, ended } = startSpotter(['find', '-', 'the dog'], { cwd: folder });
    // More than a pipe holds: once it is written, the program is reading, and waits for the rest.
    await new Promise((written) => child.stdin!.write(Buffer.alloc(4 * 2 ** 20), written));
    process.kill(-child.pid!, 'SIGINT');
    expect((await ended).code).toBe(130);
  });
});

describe('a reader that has seen enough', () => {
  it('changes neither exit code nor answer', async () => {
    const { child, ended } = startSpotter([...ASK, '--explain'], { cwd: folder });
    child.stdout!.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(folder)).toEqual(['spotter-two-dogs.jpg']);
  });
});
