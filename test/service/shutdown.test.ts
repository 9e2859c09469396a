import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../project/sources.ts';

interface Run {
  readonly does?: string;
  readonly withinMs?: number;
  readonly stages: readonly string[];
  /** Sent when a line like the key appears. */
  readonly signals?: Readonly<Record<string, NodeJS.Signals>>;
}

/** A real process, and what becomes of it. */
async function run({ does = 'waits', withinMs = 10_000, stages, signals = {} }: Run) {
  const script = join(ROOT, 'test/service/shutdown-child.ts');
  const args = [join(ROOT, 'bin/run.js'), script, does, String(withinMs), ...stages];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const due = new Map(Object.entries(signals));
  let rest = '';
  let first = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const all = (rest + text).split('\n');
    rest = all.pop() ?? '';
    for (const line of all) {
      lines.push(line);
      const signal = due.get(line);
      if (!signal) continue;
      due.delete(line);
      first ||= performance.now();
      child.kill(signal);
    }
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [code, signal] = await once(child, 'close');
  const logged = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  const steps = lines.filter((line) => /^clos/.test(line));
  return { code, signal, steps, logged, errors, ms: performance.now() - first };
}

describe('a process that is told to end', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('by %s closes everything in order', async (signal) => {
    const ended = await run({ stages: ['quick', 'slow', 'quick'], signals: { started: signal } });
    expect(ended).toMatchObject({ code: 0, signal: null, errors: '' });
    expect(ended.steps).toEqual([
      ...['closing 0-quick', 'closed 0-quick', 'closing 1-slow', 'closed 1-slow'],
      ...['closing 2-quick', 'closed 2-quick'],
    ]);
    expect(ended.logged[0]).toMatchObject({ msg: 'shutting down', why: signal });
    expect(ended.logged.at(-1)).toMatchObject({ msg: 'shut down', well: true });
  });

  it('leaves what hangs, and still closes what comes after it, in time', async () => {
    const ended = await run({
      stages: ['stuck', 'polite', 'stuck', 'quick'],
      withinMs: 3000,
      signals: { started: 'SIGTERM' },
    });
    expect(ended.code).toBe(1);
    expect(ended.steps).toEqual(expect.arrayContaining(['closed 1-polite', 'closed 3-quick']));
    const late = ended.logged.filter(({ level }) => level === 'error');
    expect(late.map(({ stage }) => stage)).toEqual(['0-stuck', '2-stuck']);
    expect(late[0].msg).toMatch(/^was not closed within \d+ ms$/);
    expect(ended.logged.at(-1), JSON.stringify(ended.logged)).toMatchObject({
      msg: 'shut down',
      well: false,
    });
  });

  it('goes on after a stage that throws, and says so', async () => {
    const ended = await run({ stages: ['throwing', 'rejecting', 'quick'], signals: { started: 'SIGTERM' } });
    expect(ended.code).toBe(1);
    expect(ended.steps.at(-1)).toBe('closed 2-quick');
    const wrong = ended.logged.filter(({ level }) => level === 'error');
    expect(wrong.map(({ stage, msg }) => [stage, msg])).toEqual([
      ['0-throwing', 'cannot be closed'],
      ['1-rejecting', 'cannot be closed'],
    ]);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('twice, by %s, ends at once', async (signal, code) => {
    const ended = await run({
      stages: ['stuck', 'quick'],
      withinMs: 60_000,
      signals: { started: 'SIGTERM', 'closing 0-stuck': signal },
    });
    expect(ended.code).toBe(code);
    expect(ended.steps).toEqual(['closing 0-stuck']);
  });

  it('ends though timers and servers would keep it alive', async () => {
    const ended = await run({ does: 'is busy', stages: [], signals: { started: 'SIGTERM' } });
    expect(ended.code).toBe(0);
  });
});

describe('a process that fails', () => {
  it('because something throws closes everything, and ends with 1', async () => {
    const ended = await run({ does: 'throws', stages: ['slow', 'quick'] });
    expect(ended).toMatchObject({ code: 1, signal: null });
    const [first] = ended.logged;
    expect(first).toMatchObject({ level: 'fatal', msg: 'uncaughtException', err: { message: 'unforeseen' } });
    expect(ended.steps).toHaveLength(4);
  });

  it('because nobody waited for what was rejected says so, and goes on', async () => {
    const ended = await run({
      does: 'rejects',
      stages: ['quick'],
      signals: { 'went on after it': 'SIGTERM' },
    });
    expect(ended).toMatchObject({ code: 0, signal: null });
    const [first] = ended.logged;
    expect(first).toMatchObject({
      level: 'error',
      msg: 'unhandledRejection',
      err: { message: 'unforeseen' },
    });
  });

  it('while it is being shut down is still shut down', async () => {
    const ended = await run({ does: 'throws', stages: ['slow', 'quick'], signals: { started: 'SIGTERM' } });
    expect(ended.steps).toHaveLength(4);
    expect(ended.logged.map(({ msg }) => msg)).toContain('uncaughtException');
  });

  it('or is done can end itself with a code of its own', async () => {
    const ended = await run({ does: 'ends', stages: ['quick'] });
    expect(ended).toMatchObject({ code: 7, steps: ['closing 0-quick', 'closed 0-quick'] });
    expect(ended.logged[0]).toMatchObject({ why: 'work is done' });
  });
});
