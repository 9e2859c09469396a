// A detector process for which some devices are fatal, as a driver may be: FATAL="cuda=dies,webgpu=hangs". It answers
// with the first other one, and says of its feeds nothing but that it ran.

import type { Device } from '../../../src/config.ts';
import type { Reply, Request, Trying } from '../../../src/detector/worker/protocol.ts';

const fates = new Map((process.env.FATAL ?? '').split(',').map((one) => one.split('=') as [string, string]));
const [, devices = ''] = process.argv.slice(2);
const tell = (message: Reply | Trying) => new Promise((sent) => process.send?.(message, undefined, {}, sent));

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', async ({ id }: Request) => {
  for (const device of devices.split(',') as Device[]) {
    await tell({ id, trying: { device, optimisation: 'all' } });
    const fate = fates.get(device);
    if (fate === 'dies') process.kill(process.pid, 'SIGSEGV');
    if (fate) for (;;);
    await tell({ id, trying: null });
    const loaded = { device, optimisation: 'all', inputs: [], outputs: [], refused: [], ms: 1 } as const;
    await tell({ id, loaded, outputs: {}, ms: 1, rss: 1 });
    return;
  }
});
