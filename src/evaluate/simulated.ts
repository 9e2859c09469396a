import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SpotterError } from '../errors.ts';

const RUN = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const STAND_IN = fileURLToPath(new URL('../../test/world/llm/main.ts', import.meta.url));

/** A stand-in for a language model: a server of the real wire format that answers by a policy. */
export interface Simulated {
  readonly baseURL: string;
  readonly model: string;
  close(): void;
}

/** Starts one in a process of its own. @throws SpotterError bad-usage, with what it said when it does not start */
export async function startSimulated(
  policy: string,
  { annotations, images }: { readonly annotations: string; readonly images: string },
): Promise<Simulated> {
  const model = `simulated-${policy}`;
  const known = ['--annotations', annotations, '--images', images];
  const args = [STAND_IN, '--policy', policy, '--model', model, ...known];
  const child = spawn(process.execPath, [RUN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const lines = createInterface({ input: child.stdout });
  const [baseURL] = await Promise.race([once(lines, 'line'), once(child, 'close')]);
  if (typeof baseURL === 'string' && URL.canParse(baseURL))
    return { baseURL, model, close: () => void child.kill() };
  throw new SpotterError(
    'bad-usage',
    `The simulated language model "${policy}" did not start.`,
    /^Error: (.*)$/m.exec(said)?.[1] ?? said,
  );
}
