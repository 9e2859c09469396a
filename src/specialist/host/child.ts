// The detector process: owns the ONNX sessions and answers requests one by one. Its one argument is the number
// of threads. It lives as long as its parent and leaves signals meant for both to the parent.
import { performance } from 'node:perf_hooks';
import { asSpotterError } from '../../errors.ts';
import { createSessions } from '../onnx/sessions.ts';
import type { Reply, Request } from './protocol.ts';

process.title = 'spotter-detector';
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

// An exit in the middle of a run would abort with a core dump; there is nothing here worth an orderly end.
const end = (): void => void process.kill(process.pid, 'SIGKILL');
process.on('disconnect', end);
if (!process.connected) end();

const sessions = createSessions({ threads: Number(process.argv[2]) });

async function answer({ id, model, feeds }: Request): Promise<Reply> {
  try {
    const loaded = await sessions.load(model);
    const start = performance.now();
    const outputs = feeds ? await sessions.run(model, feeds) : {};
    return { id, loaded, outputs, ms: performance.now() - start };
  } catch (thrown) {
    return { id, error: asSpotterError(thrown).toJSON() };
  }
}

process.on('message', async (request: Request) => {
  const reply = await answer(request);
  process.send?.(reply);
});
