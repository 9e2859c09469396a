export type TensorData = Float32Array | BigInt64Array | Int8Array;

/** A constant of the graph, row-major. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A whole number, a list of them, a word, or a float (which has to say so: 1 could be either). */
export type Attribute = number | readonly number[] | string | { readonly float: number };

export interface Operation {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Port {
  readonly name: string;
  /** Sizes; a word for what may be of any. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly operations: readonly Operation[];
  readonly constants: readonly Constant[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

type Attributes = Operation['attributes'];

/** Collects operations in the order they are run, and names what they produce (`Conv_12`, constants `c_7`). */
export interface GraphBuilder {
  apply(type: string, inputs: readonly string[], attributes?: Attributes): string;
  split(input: string, sizes: readonly number[], axis: number): string[];
  floats(values: ArrayLike<number>, shape: readonly number[], prefix?: string): string;
  ints(values: readonly number[]): string;
  output(name: string, value: string, shape: Port['shape']): void;
  readonly operations: Operation[];
  readonly constants: Constant[];
  readonly outputs: Port[];
}

export function graphBuilder(): GraphBuilder {
  const operations: Operation[] = [];
  const constants: Constant[] = [];
  const outputs: Port[] = [];
  let named = 0;
  const name = (prefix: string): string => `${prefix}_${named++}`;
  const constant = (prefix: string, shape: readonly number[], data: TensorData): string => {
    const added = { name: name(prefix), shape, data };
    constants.push(added);
    return added.name;
  };
  const ints = (values: readonly number[]): string =>
    constant('c', [values.length], BigInt64Array.from(values, BigInt));
  return {
    operations,
    constants,
    outputs,
    ints,
    floats: (values, shape, prefix = 'c') => constant(prefix, shape, Float32Array.from(values)),
    apply(type, inputs, attributes = {}) {
      const output = name(type);
      operations.push({ type, inputs, attributes, outputs: [output] });
      return output;
    },
    split(input, sizes, axis) {
      const inputs = [input, ints(sizes)];
      const parts = sizes.map(() => name('Split'));
      operations.push({ type: 'Split', inputs, attributes: { axis }, outputs: parts });
      return parts;
    },
    output(port, value, shape) {
      operations.push({ type: 'Identity', inputs: [value], attributes: {}, outputs: [port] });
      outputs.push({ name: port, shape });
    },
  };
}
