// A program that asks a detector once and does not close it: node --import tsx asker.ts <model> <sha256> <size>
// Prints the process id of the detector, then "answered".

import { createDetectorHost } from '../../../src/detector/worker/host.ts';
import { diagonal } from '../matmul-model.ts';

const [file = '', sha256 = '', size] = process.argv.slice(2);
const host = createDetectorHost({ threads: 1 });
await host.load({ file, sha256 });
console.log(host.pid);
await host.turn((run) => run({ file, sha256 }, diagonal(Number(size), 1)));
console.log('answered');
