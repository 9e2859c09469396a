import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm start` gives to node: "exec node …". */
const ARGUMENTS: readonly string[] = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  .scripts.start.split(' ')
  .slice(2);
/** The options of node among them. */
export const NODE_OPTIONS = ARGUMENTS.filter((argument) => argument.startsWith('--'));

/** The bot as `npm start` runs it, in a process of its own. */
export interface Bot {
  readonly child: ChildProcess;
  /** What it has said so far: the report on standard error, the log on standard output. */
  said(): { readonly report: string; readonly log: string };
  /** Resolves when the report says so. */
  until(words: string | RegExp): Promise<void>;
  /** Its exit code, when it ends by itself. */
  readonly over: Promise<number | NodeJS.Signals>;
  /** Ends it, with SIGTERM unless told; resolves to its exit code or signal. */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

const folders: string[] = [];
export const stateFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'spotter-bot-'));
  folders.push(folder);
  return folder;
};
export const removeFolders = (): void => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};

/** Settings of whoever runs the tests do not count. */
const NONE = Object.fromEntries(
  [
    ...['DISCORD_TOKEN', 'DISCORD_APP_ID', 'DISCORD_API_URL', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'PORT'],
    ...['SLACK_SIGNING_SECRET', 'SLACK_API_URL', 'REDIS_URL', 'SPOTTER_ALLOWED_HOSTS', 'SPOTTER_MLLM_MODEL'],
  ].map((name) => [name, undefined]),
);

export function startBot(env: NodeJS.ProcessEnv): Bot {
  const child = spawn(process.execPath, ARGUMENTS, {
    cwd: ROOT,
    env: { ...process.env, ...NONE, SPOTTER_CONFIG: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [report, log] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text) => (report += text));
  child.stdout.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return {
    child,
    over: ended,
    said: () => ({ report, log }),
    async until(words) {
      const is = () => (typeof words === 'string' ? report.includes(words) : words.test(report));
      const over = ended.then((code) => `it ended with ${code}`);
      for (;;) {
        if (is()) return;
        const end = await Promise.race([
          over,
          new Promise<undefined>((done) => setTimeout(() => done(undefined), 50)),
        ]);
        if (end !== undefined && !is()) throw new Error(`${end}: ${report}\n${log}`);
      }
    },
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}
