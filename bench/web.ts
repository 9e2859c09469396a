import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createSpotter } from '../src/ask.ts';
import { inTurns, type Row, row, time } from './row.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PHOTO = 'examples/two-dogs.jpg';
const EXPRESSION = 'the upper dog';
const STARTS = 3;
const ROUNDS = 40;
const UPLOADS_AT_ONCE = 20;
const UPLOAD_ROUNDS = 15;

/** What issue and docs allow, in milliseconds. */
const ALLOWED = { firstAnswer: 2000, upload: 200 };

interface Serving {
  readonly url: string;
  stop(): Promise<void>;
}

async function serve(): Promise<Serving> {
  const child = spawn(process.execPath, ['bin/spotter.js', 'serve', '--port', '0'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const [url] = /http:\/\/[\d.:]+(?=\/)/.exec(line) ?? [];
    if (!url) continue;
    child.stderr.resume();
    const stop = async () => {
      child.kill();
      await once(child, 'exit');
    };
    return { url, stop };
  }
  throw new Error('The server does not start.');
}

async function find(url: string, image: Uint8Array, expression = EXPRESSION): Promise<void> {
  const form = new FormData();
  form.set('image', new Blob([Uint8Array.from(image)]), 'picture.jpg');
  form.set('expression', expression);
  const response = await fetch(`${url}/api/v1/find`, { method: 'POST', body: form });
  const answer = (await response.json()) as { outcome?: string };
  if (answer.outcome !== 'found') throw new Error(JSON.stringify(answer));
}

/** Another picture each time, and the same to look at: what follows the end of a JPEG counts for nothing. */
const another = (photo: Uint8Array, n: number): Uint8Array => Buffer.concat([photo, Buffer.from(`\n${n}`)]);

/** The page and the API: from the start to the first answer, a question beside the program's own, uploads at once. */
export async function bench(): Promise<Row[]> {
  const photo = await readFile(PHOTO);
  const firsts: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const starting = performance.now();
    const serving = await serve();
    await find(serving.url, photo);
    firsts.push(performance.now() - starting);
    await serving.stop();
  }
  const serving = await serve();
  const spotter = createSpotter();
  let n = 0;
  await spotter.ask({ source: photo, expression: EXPRESSION });
  const [over, own] = await inTurns(
    ROUNDS,
    () => find(serving.url, another(photo, n++)),
    () => spotter.ask({ source: another(photo, n++), expression: EXPRESSION }),
  );
  await spotter.close();
  const acknowledged = await uploads(serving.url, photo);
  await serving.stop();
  return [
    row('from the start to the first answer', Math.min(...firsts), 'allowed', ALLOWED.firstAnswer),
    row('a question on a new picture, by the API', over!, "the core's own", own!),
    row(`an upload, p99, ${UPLOADS_AT_ONCE} at once`, acknowledged, 'allowed', ALLOWED.upload),
  ];
}

async function uploads(url: string, photo: Uint8Array): Promise<number> {
  const times: number[] = [];
  let n = 0;
  const send = async () => {
    const form = new FormData();
    form.set('image', new Blob([Uint8Array.from(another(photo, 1_000_000 + n++))]), 'picture.jpg');
    const response = await fetch(`${url}/api/v1/pictures`, { method: 'POST', body: form });
    if (response.status !== 201) throw new Error(await response.text());
    await response.json();
  };
  for (let round = 0; round < UPLOAD_ROUNDS; round++) {
    times.push(...(await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, () => time(send)))));
  }
  return times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1]!;
}
