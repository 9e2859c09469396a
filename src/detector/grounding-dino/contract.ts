import { SpotterError } from '../../errors.ts';
import type { Size } from '../../picture/picture.ts';
import type { Loaded, TensorInfo } from '../worker/protocol.ts';

/** A dimension: a fixed size, or a name that means the same size wherever it is fixed. */
type Dimension = number | 'height' | 'width' | 'sequence' | 'rows' | 'tokens';

interface Wanted {
  readonly type: string;
  readonly shape: readonly Dimension[];
  readonly optional?: true;
}

const INPUTS = {
  pixel_values: { type: 'float32', shape: [1, 3, 'height', 'width'] },
  pixel_mask: { type: 'int64', shape: [1, 'height', 'width'], optional: true },
  input_ids: { type: 'int64', shape: [1, 'sequence'] },
  token_type_ids: { type: 'int64', shape: [1, 'sequence'], optional: true },
  attention_mask: { type: 'int64', shape: [1, 'sequence'], optional: true },
} as const satisfies Record<string, Wanted>;

const OUTPUTS = {
  logits: { type: 'float32', shape: [1, 'rows', 'tokens'] },
  pred_boxes: { type: 'float32', shape: [1, 'rows', 4] },
} as const satisfies Record<string, Wanted>;

export type InputName = keyof typeof INPUTS;

/** What a graph that fits leaves open. */
export interface Contract {
  /** The inputs it has. */
  readonly inputs: ReadonlySet<InputName>;
  /** Length of the longest prompt, [CLS] and [SEP] included. */
  readonly maxTokens: number;
  /** Length to which every prompt must be padded; undefined where any will do. */
  readonly sequence: number | undefined;
}

/** The text that Grounding DINO was made to read, where the graph does not say. */
const MAX_TOKENS = 256;

/**
 * Compares a loaded graph with what Grounding DINO takes and gives.
 * @param size what every picture is made into, where the image processor fixes that
 * @throws SpotterError model-unfit, saying everything that differs
 */
export function checkContract(
  { inputs, outputs }: Pick<Loaded, 'inputs' | 'outputs'>,
  size: Size | undefined,
  id: string,
): Contract {
  const fixed = new Map<Dimension, number>(
    size && [
      ['height', size.height],
      ['width', size.width],
    ],
  );
  const known = new Set<string>(Object.keys(INPUTS));
  const differences = [
    ...differ('input', inputs, INPUTS, fixed),
    ...differ('output', outputs, OUTPUTS, fixed),
    ...inputs.filter(({ name }) => !known.has(name)).map((info) => `input ${say(info)} is not known`),
  ];
  if (!size && fixed.has('height') && differences.length === 0) {
    const only = `${fixed.get('width')} x ${fixed.get('height')}`;
    differences.push(`it takes pictures of ${only} only, but its preprocessor_config.json makes other sizes`);
  }
  if (differences.length > 0) {
    const sentence = `The model ${id} is not a Grounding DINO as it can be run here.`;
    throw new SpotterError('model-unfit', sentence, `What differs: ${differences.join('; ')}.`);
  }
  const sequence = fixed.get('sequence');
  return {
    inputs: new Set(inputs.map(({ name }) => name as InputName)),
    maxTokens: Math.min(sequence ?? MAX_TOKENS, fixed.get('tokens') ?? MAX_TOKENS),
    sequence,
  };
}

/** What differs, one text each; sizes of named dimensions seen for the first time are added to `fixed`. */
function differ(
  kind: 'input' | 'output',
  infos: readonly TensorInfo[],
  wanted: Readonly<Record<string, Wanted>>,
  fixed: Map<Dimension, number>,
): string[] {
  return Object.entries(wanted).flatMap(([name, want]) => {
    const info = infos.find((i) => i.name === name);
    const sought = () => formatType({ type: want.type, shape: want.shape.map((d) => fixed.get(d) ?? d) });
    if (!info) return want.optional ? [] : [`${kind} ${name} ${sought()} is missing`];
    if (fits(info, want, fixed)) return [];
    return [`${kind} ${say(info)} should be ${sought()}`];
  });
}

function fits({ type, shape }: TensorInfo, want: Wanted, fixed: Map<Dimension, number>): boolean {
  if (type !== want.type || shape.length !== want.shape.length) return false;
  return want.shape.every((dimension, i) => {
    const size = shape[i]!;
    if (typeof size === 'string') return true;
    if (typeof dimension === 'number') return size === dimension;
    const before = fixed.get(dimension);
    if (before === undefined) fixed.set(dimension, size);
    return before === undefined || before === size;
  });
}

const formatType = ({ type, shape }: Omit<TensorInfo, 'name'>): string => `${type}[${shape.join(', ')}]`;
const say = (info: TensorInfo): string => `${info.name} ${formatType(info)}`;
