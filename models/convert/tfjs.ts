import * as z from 'zod';

const Attributes = z.record(z.string(), z.unknown());
const Node = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
  attr: Attributes.default({}),
});
const Weight = z.object({
  name: z.string(),
  shape: z.array(z.number()),
  dtype: z.enum(['float32', 'int32']),
  quantization: z
    .discriminatedUnion('dtype', [
      z.object({ dtype: z.literal('float16') }),
      z.object({ dtype: z.literal('uint8'), scale: z.number(), min: z.number() }),
    ])
    .optional(),
});
const Manifest = z.array(z.object({ weights: z.array(Weight) })).length(1);
const Model = z.object({ modelTopology: z.object({ node: z.array(Node) }), weightsManifest: Manifest });

export type TfNode = z.infer<typeof Node>;

/** A constant of the TF.js graph, row-major. */
export interface TfConstant {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export interface TfGraph {
  readonly nodes: ReadonlyMap<string, TfNode>;
  readonly constants: ReadonlyMap<string, TfConstant>;
}

/**
 * Reads a TF.js graph model: its JSON and its one shard of weights.
 * @throws Error when the JSON is another kind of model, or the shard does not hold exactly its weights
 */
export function readTfGraph(json: string, shard: Buffer): TfGraph {
  const { modelTopology, weightsManifest } = Model.parse(JSON.parse(json));
  return {
    nodes: new Map(modelTopology.node.map((node) => [node.name, node])),
    constants: readConstants(weightsManifest, shard),
  };
}

/**
 * Reads the weights of a network whose layers are written in code: their manifest and their one shard.
 * @throws Error as `readTfGraph`
 */
export const readTfWeights = (manifest: string, shard: Buffer): TfGraph['constants'] =>
  readConstants(Manifest.parse(JSON.parse(manifest)), shard);

function readConstants([group]: z.infer<typeof Manifest>, shard: Buffer): Map<string, TfConstant> {
  const constants = new Map<string, TfConstant>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of group!.weights) {
    const length = shape.reduce((product, size) => product * size, 1);
    const { bytes, read } = STORED[quantization?.dtype ?? dtype];
    if (at + length * bytes > shard.length) throw new Error(`The weights end before ${name}`);
    const start = at;
    const stored = (i: number): number => read(shard, start + i * bytes);
    const value = (_: unknown, i: number): number =>
      quantization?.dtype === 'uint8' ? quantization.min + quantization.scale * stored(i) : stored(i);
    const data =
      dtype === 'int32' ? Int32Array.from({ length }, value) : Float32Array.from({ length }, value);
    constants.set(name, { shape, data });
    at += length * bytes;
  }
  if (at !== shard.length) throw new Error(`${shard.length - at} bytes of the weights belong to nothing`);
  return constants;
}

/** How numbers of each kind lie in a shard. */
const STORED = {
  int32: { bytes: 4, read: (shard: Buffer, at: number) => shard.readInt32LE(at) },
  float32: { bytes: 4, read: (shard: Buffer, at: number) => shard.readFloatLE(at) },
  uint8: { bytes: 1, read: (shard: Buffer, at: number) => shard.readUInt8(at) },
  float16: { bytes: 2, read: (shard: Buffer, at: number) => halfToFloat(shard.readUInt16LE(at)) },
};

/** The number that 16 bits of IEEE 754 binary16 stand for. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const Ints = z.object({ list: z.object({ i: z.array(z.coerce.number()) }) });
const Text = z.object({ s: z.base64() });
const Texts = z.object({ list: z.object({ s: z.array(z.base64()) }) });
const Flag = z.object({ b: z.boolean() });
const Float = z.object({ f: z.number() });

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString();

/** Attributes of a node, by the kind of value it must have. */
export const attributeOf = {
  ints: (node: TfNode, name: string): number[] => Ints.parse(node.attr[name]).list.i,
  text: (node: TfNode, name: string): string => decoded(Text.parse(node.attr[name]).s),
  texts: (node: TfNode, name: string): string[] => Texts.parse(node.attr[name]).list.s.map(decoded),
  flag: (node: TfNode, name: string): boolean => Flag.parse(node.attr[name]).b,
  float: (node: TfNode, name: string): number => Float.parse(node.attr[name]).f,
};
