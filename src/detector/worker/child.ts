// The detector process: owns the ONNX sessions and answers requests one by one. Its arguments are the number of
// threads and the devices to try, "cuda,cpu". It lives as long as its parent and leaves signals meant for both to it.

import { performance } from 'node:perf_hooks';
import type { Device } from '../../config.ts';
import { asSpotterError } from '../../errors.ts';
import { endWithParent } from '../../worker/worker.ts';
import { createSessions } from '../runtime/sessions.ts';
import type { Attempt, Reply, Request, Trying } from './protocol.ts';

process.title = 'spotter-detector';
endWithParent();

const [threads, devices = ''] = process.argv.slice(2);
const sessions = createSessions({ threads: Number(threads), devices: devices.split(',') as Device[] });

/** Resolves when the message has left: what comes next may block or kill this process. */
const tell = (message: Reply | Trying): Promise<void> =>
  new Promise((resolve) => process.send?.(message, undefined, {}, () => resolve()));

async function answer({ id, model, feeds }: Request): Promise<Reply> {
  const announce = (trying: Attempt | null): Promise<void> => tell({ id, trying });
  try {
    const { loaded, run } = await sessions.open(model, announce);
    await announce(null);
    const start = performance.now();
    const outputs = feeds ? await run(feeds) : {};
    return { id, loaded, outputs, ms: performance.now() - start, rss: process.memoryUsage.rss() };
  } catch (thrown) {
    return { id, error: asSpotterError(thrown).toJSON(), rss: process.memoryUsage.rss() };
  }
}

process.on('message', async (request: Request) => tell(await answer(request)));
