import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensors } from '../../src/detector/worker/protocol.ts';
import type { PinnedFile } from '../../src/models/registry.ts';

const varint = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)]);
const int = (field: number, n: number): number[] => [...varint(field << 3), ...varint(n)];
const bytes = (field: number, content: readonly number[]): number[] => [
  ...varint((field << 3) | 2),
  ...varint(content.length),
  ...content,
];
const text = (field: number, s: string): number[] => bytes(field, [...Buffer.from(s)]);

/** A square float matrix of any size: ValueInfoProto. */
function matrix(name: string): number[] {
  const dim = bytes(1, text(2, 'n'));
  const tensor = [...int(1, 1), ...bytes(2, [...dim, ...dim])];
  return [...text(1, name), ...bytes(2, bytes(1, tensor))];
}

/** An ONNX graph that multiplies the square matrix `x` by itself `depth` times; its output is `y`. */
function matmulGraph(depth: number): Buffer {
  const nodes = Array.from({ length: depth }, (_, i) => {
    const from = i === 0 ? 'x' : `t${i}`;
    const to = i === depth - 1 ? 'y' : `t${i + 1}`;
    return bytes(1, [...text(1, from), ...text(1, 'x'), ...text(2, to), ...text(4, 'MatMul')]);
  });
  const graph = [...nodes.flat(), ...text(2, 'matmul'), ...bytes(11, matrix('x')), ...bytes(12, matrix('y'))];
  return Buffer.from([...int(1, 8), ...bytes(7, graph), ...bytes(8, int(2, 13))]);
}

/** Writes such a graph into a folder. How long a run takes grows with `depth` and the cube of the size. */
export function matmulModel(folder: string, depth: number): PinnedFile {
  const content = matmulGraph(depth);
  const file = join(folder, `matmul-${depth}.onnx`);
  writeFileSync(file, content);
  return { file, sha256: createHash('sha256').update(content).digest('hex') };
}

/** The feeds: an n x n matrix with `value` on its diagonal. */
export function diagonal(n: number, value: number): Tensors {
  const data = new Float32Array(n * n);
  for (let i = 0; i < n; i += 1) data[i * (n + 1)] = value;
  return { x: { type: 'float32', data, dims: [n, n] } };
}
