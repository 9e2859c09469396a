import { readFile, stat } from 'node:fs/promises';
import { SpotterError } from '../../errors.ts';
import { fieldsOf, idOf } from '../read/check.ts';
import { Built, type Constructs, parsePickle } from '../read/pickle.ts';
import { PickleFault } from '../read/pickle-opcodes.ts';
import type { Told } from './forms.ts';

/** A file of results with 300 boxes for each of 28,000 questions has 170 MB. */
const MAX_BYTES = 1_000_000_000;

/**
 * mmdetection's results as `np.save` writes them: a list of dictionaries with `img_id`, `bboxes` (x1, y1, x2, y2) and
 * `scores`. Such a file holds a pickle; of it only NumPy's own arrays and numbers are made, by the code below, and
 * everything else that names a class or calls something is refused.
 * @throws SpotterError bad-usage
 */
export async function* mmdetResults(file: string): AsyncGenerator<{ line: number; row: Told }> {
  const results = await resultsIn(file);
  for (const [i, value] of results.entries()) yield { line: i + 1, row: toldBy(value) };
}

async function resultsIn(file: string): Promise<readonly unknown[]> {
  const hint = 'Results are a list of dictionaries with img_id, bboxes and scores, written with np.save.';
  if ((await stat(file)).size > MAX_BYTES) throw new SpotterError('bad-usage', `${file} is too large.`, hint);
  const bytes = await readFile(file);
  try {
    const value = parsePickle(bytes, { from: headerEnd(bytes), constructs: NUMPY });
    const results = value instanceof NdArray ? value.values() : value;
    if (Array.isArray(results)) return results;
    throw new Error('it is no list');
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    const what = thrown instanceof PickleFault ? 'holds what is not read' : 'is no file of results';
    throw new SpotterError('bad-usage', `${file} ${what}: ${thrown.message}.`, hint, thrown);
  }
}

/** Where the data of a NumPy file begins, which must be objects. */
function headerEnd(bytes: Buffer): number {
  const isFirst = bytes[6] === 1;
  const start = isFirst ? 10 : 12;
  if (bytes.length < start) throw new Error('it breaks off');
  const end = start + (isFirst ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  const header = bytes.toString('latin1', start, end);
  if (!/'descr': '\|O'/.test(header)) throw new Error('it holds plain numbers, not results by question');
  return end;
}

function toldBy(value: unknown): Told {
  const fields = fieldsOf(value);
  const id = idOf(fields?.img_id);
  if (!fields || id === undefined) return { reason: 'no img_id' };
  const [boxes, scores] = [fields.bboxes, fields.scores].map(plain);
  if (!Array.isArray(boxes) || !Array.isArray(scores))
    return { reason: 'no bboxes and scores that can be read' };
  return { id, boxes, scores, outcome: boxes.length > 0 ? 'found' : 'not-present' };
}

/** An array as lists; undefined where it says more than it holds, or holds what are no numbers. */
function plain(value: unknown): unknown {
  if (!(value instanceof NdArray)) return value;
  try {
    return value.rows();
  } catch {
    return undefined;
  }
}

type Reads = (bytes: DataView, offset: number, little: boolean) => number;

/** What NumPy calls kinds of numbers, with their size in bytes. */
const KINDS: Readonly<Record<string, readonly [size: number, read: Reads]>> = {
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  b1: [1, (view, at) => view.getUint8(at)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  u2: [2, (view, at, little) => view.getUint16(at, little)],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  u4: [4, (view, at, little) => view.getUint32(at, little)],
  i8: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  u8: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
};

/** A kind of numbers, or objects. */
class Dtype extends Built {
  readonly kind: string;
  little = true;

  constructor(kind: unknown) {
    super();
    this.kind = String(kind).replace(/^[<>|=]/, '');
    this.little = !String(kind).startsWith('>');
  }

  build(state: unknown): void {
    if (Array.isArray(state)) this.little = state[1] !== '>';
  }

  /** @throws Error for a kind that is not known, and where there are too few bytes */
  numbers(bytes: Uint8Array, count: number): number[] {
    const kind = Object.hasOwn(KINDS, this.kind) ? KINDS[this.kind] : undefined;
    if (!kind) throw new Error(`numbers of kind ${this.kind.slice(0, 20)} are not read`);
    const [size, read] = kind;
    if (!Number.isInteger(count) || count < 0 || count * size > bytes.length)
      throw new Error('it breaks off');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: count }, (_, i) => read(view, i * size, this.little));
  }
}

const asBytes = (value: unknown): Uint8Array => {
  if (value instanceof Uint8Array) return value;
  // Python 2 writes bytes as text.
  if (typeof value === 'string') return Buffer.from(value, 'latin1');
  throw new Error('its data are no bytes');
};

/** An array of one or two dimensions; what it holds is read when it is asked for. */
class NdArray extends Built {
  private shape: readonly number[] = [0];
  private data: unknown = [];
  private dtype = new Dtype('O');

  build(state: unknown): void {
    if (!Array.isArray(state)) throw new Error('an array without a state');
    const [shape, dtype, fortran, data] = state.length === 5 ? state.slice(1) : state;
    if (!Array.isArray(shape) || !shape.every(Number.isInteger) || !(dtype instanceof Dtype))
      throw new Error('an array without shape and kind');
    if (fortran === true && shape.length > 1) throw new Error('an array by columns');
    [this.shape, this.dtype, this.data] = [shape as number[], dtype, data];
  }

  values(): unknown[] {
    if (Array.isArray(this.data)) return this.data;
    const count = this.shape.reduce((product, n) => product * n, 1);
    return this.dtype.numbers(asBytes(this.data), count);
  }

  /** Rows of a table, or the values of a list. @throws Error */
  rows(): unknown[] {
    const values = this.values();
    const [, width] = this.shape;
    if (width === undefined) return values;
    if (width <= 0) return [];
    return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
  }
}

const reconstruct = () => new NdArray();
const scalar = ([dtype, bytes]: readonly unknown[]): unknown => {
  if (!(dtype instanceof Dtype)) throw new Error('a number without a kind');
  return dtype.numbers(asBytes(bytes), 1)[0];
};
const fromBuffer = ([data, dtype, shape]: readonly unknown[]): NdArray => {
  const array = new NdArray();
  array.build([shape, dtype, false, data]);
  return array;
};
const named = (): never => {
  throw new Error('it is only a name');
};

/** What NumPy's own pickles name. Nothing of Python is called: these make our own values. */
const NUMPY: Constructs = Object.fromEntries([
  ...['numpy.core', 'numpy._core'].flatMap((core) => [
    [`${core}.multiarray._reconstruct`, reconstruct],
    [`${core}.multiarray.scalar`, scalar],
    [`${core}.numeric._frombuffer`, fromBuffer],
  ]),
  ['numpy.ndarray', named],
  ['numpy.dtype', ([kind]: readonly unknown[]) => new Dtype(kind)],
  ['_codecs.encode', ([text]: readonly unknown[]) => Buffer.from(String(text), 'latin1')],
]);
