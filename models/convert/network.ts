import type { GraphBuilder } from './graph.ts';
import { type Context, OPERATIONS } from './operations.ts';
import type { TfConstant, TfGraph } from './tfjs.ts';
import { type Convolution, type Flow, flow, type Value } from './value.ts';

export interface Conversion {
  /** Name of the graph's placeholder, and the tensor that stands for it. */
  readonly input: readonly [placeholder: string, tensor: Flow];
  readonly outputs: readonly string[];
  /** Constants that take the place of the file's. */
  readonly replaced: ReadonlyMap<string, TfConstant>;
}

export interface Converted {
  readonly outputs: readonly Flow[];
  /** Adds the weights, after everything that depends on the structure alone. */
  attachWeights(): void;
}

/** Rebuilds what the outputs need of a TF.js graph in `graph`, depth first. */
export function convertNetwork(source: TfGraph, wanted: Conversion, graph: GraphBuilder): Converted {
  const convolutions: Convolution[] = [];
  const consumers = countUses(source);
  const context: Context = { graph, convolutions, uses: (name) => consumers.get(name) ?? 0 };
  const values = new Map<string, Value[]>([[wanted.input[0], [wanted.input[1]]]]);

  const read = (reference: string): Value => {
    const [name, output] = parse(reference);
    const known = values.get(name) ?? [compute(name)].flat();
    values.set(name, known);
    return known[output]!;
  };
  const compute = (name: string): Value | Value[] => {
    const constant = wanted.replaced.get(name) ?? source.constants.get(name);
    if (constant !== undefined) return constant;
    const node = source.nodes.get(name);
    const operation = OPERATIONS[node?.op ?? ''];
    if (node === undefined || operation === undefined) throw new Error(`Cannot convert ${node?.op} ${name}`);
    return operation(node, node.input.map(read), context);
  };

  const outputs = wanted.outputs.map((name) => flow(read(name)));
  return {
    outputs,
    attachWeights() {
      for (const { inputs, kernel, kernelShape, bias } of convolutions) {
        inputs.push(graph.floats(kernel, kernelShape, 'w'), graph.floats(bias, [bias.length], 'w'));
      }
    },
  };
}

function parse(reference: string): [name: string, output: number] {
  const [name = '', output = '0'] = reference.split(':');
  return [name, Number(output)];
}

function countUses({ nodes }: TfGraph): Map<string, number> {
  const uses = new Map<string, number>();
  for (const reference of [...nodes.values()].flatMap((node) => node.input)) {
    const [name] = parse(reference);
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return uses;
}
