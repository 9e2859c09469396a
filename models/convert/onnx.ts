import type { Attribute, Constant, OnnxGraph, Operation, Port, TensorData } from './graph.ts';
import { bytes, float, int, message, text } from './protobuf.ts';

// Field numbers and enumerations of onnx.proto3. IR 8 with opset 17 is read by every ONNX Runtime since 1.12.
const IR_VERSION = 8;
const OPSET = 17;
const FLOAT = 1;
const ATTRIBUTE_TYPE = { float: 1, int: 2, text: 3, ints: 7 };

export interface ModelFacts {
  readonly producer: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes of an ONNX model file. */
export function encodeModel(graph: OnnxGraph, { producer, name, metadata }: ModelFacts): Buffer {
  return Buffer.concat([
    int(1, IR_VERSION),
    text(2, producer),
    message(
      7,
      ...graph.operations.map((operation, i) => message(1, ...node(operation, i))),
      text(2, name),
      ...graph.constants.map((constant) => message(5, ...tensor(constant))),
      ...graph.inputs.map((port) => message(11, ...valueInfo(port))),
      ...graph.outputs.map((port) => message(12, ...valueInfo(port))),
    ),
    message(8, text(1, ''), int(2, OPSET)),
    ...Object.entries(metadata).map(([key, value]) => message(14, text(1, key), text(2, value))),
  ]);
}

const node = ({ type, inputs, outputs, attributes }: Operation, i: number): Buffer[] => [
  ...inputs.map((input) => text(1, input)),
  ...outputs.map((output) => text(2, output)),
  text(3, `${type}_${i}`),
  text(4, type),
  ...Object.entries(attributes).map(([name, value]) => message(5, text(1, name), ...attribute(value))),
];

function attribute(value: Attribute): Buffer[] {
  if (typeof value === 'number') return [int(3, value), int(20, ATTRIBUTE_TYPE.int)];
  if (typeof value === 'string') return [text(4, value), int(20, ATTRIBUTE_TYPE.text)];
  if ('float' in value) return [float(2, value.float), int(20, ATTRIBUTE_TYPE.float)];
  return [...value.map((item) => int(8, item)), int(20, ATTRIBUTE_TYPE.ints)];
}

const tensor = ({ name, shape, data }: Constant): Buffer[] => [
  ...shape.map((size) => int(1, size)),
  int(2, typeOf(data)),
  text(8, name),
  bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
];

function typeOf(data: TensorData): number {
  if (data instanceof Float32Array) return FLOAT;
  return data instanceof Int8Array ? 3 : 7;
}

const valueInfo = ({ name, shape }: Port): Buffer[] => {
  const sizes = shape.map((size) => message(1, typeof size === 'number' ? int(1, size) : text(2, size)));
  return [text(1, name), message(2, message(1, int(1, FLOAT), message(2, ...sizes)))];
};
