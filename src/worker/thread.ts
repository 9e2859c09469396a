import { Worker as NodeWorker } from 'node:worker_threads';
import { threadEntry } from './entry.ts';
import type { StartWorker } from './worker.ts';

/** Starts a module in a thread of this process, which never keeps the process alive. */
export const startThread: StartWorker = ({ source, args = [], maxMemory, onMessage, onDeath }) => {
  const { module, execArgv } = threadEntry(source);
  const thread = new NodeWorker(module, {
    argv: [...args],
    execArgv,
    ...(maxMemory !== undefined && {
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(maxMemory / 2 ** 20) },
    }),
  });
  let error: Error | undefined;
  thread.once('error', (thrown) => {
    error = thrown as Error;
  });
  const gone = new Promise<void>((resolve) => {
    thread.once('exit', (code) => {
      const outOfMemory = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
      onDeath({ reason: error?.message ?? `exited with code ${code}`, exitCode: code, outOfMemory });
      resolve();
    });
  });
  thread.on('message', onMessage);
  // Last, since listening for messages holds the process, too.
  thread.unref();
  return {
    pid: undefined,
    send: (message) => thread.postMessage(message),
    kill: async () => {
      await thread.terminate();
      await gone;
    },
  };
};
