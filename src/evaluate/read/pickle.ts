import {
  escapedText,
  integerIn,
  numberIn,
  PickleFault,
  quotedText,
  Reader,
  textOrLatin1,
} from './pickle-opcodes.ts';

/**
 * A bounded reader of Python pickles that hold plain data: numbers, text, bytes, lists, tuples, sets, dictionaries. A
 * pickle is a program; this one runs nothing of it. What names a class or calls something is refused, unless the caller
 * knows it by name and makes the value itself (`constructs`).
 */

/** A value that a pickle says more of after it was made. */
export abstract class Built {
  abstract build(state: unknown): void;
}

/** Makes the value that a known class or function of Python would. @throws Error where the arguments do not fit */
export type Construct = (args: readonly unknown[]) => unknown;

/** What is known by name, such as "numpy.dtype"; nothing else is ever called. */
export type Constructs = Readonly<Record<string, Construct>>;

/** So many values may wait to be put into something; Python puts 1,000 at once. */
const MAX_WAITING = 4_000_000;
const REFUSED: Readonly<Record<string, string>> = {
  c: 'a class or function',
  i: 'an object',
  o: 'an object',
  P: 'an object outside of the file',
  Q: 'an object outside of the file',
  '\x81': 'an object',
  '\x82': 'a class or function',
  '\x83': 'a class or function',
  '\x84': 'a class or function',
  '\x92': 'an object',
  '\x93': 'a class or function',
  '\x97': 'data outside of the file',
  R: 'a call',
  b: 'a call',
};

const STOP = 0x2e;
const code = (char: string): number => char.charCodeAt(0);

/** Which values are asked for again: only these are remembered, so that rows can be forgotten. */
function remembered(bytes: Buffer, from: number): ReadonlySet<number> {
  const reader = new Reader(bytes, from);
  const asked = new Set<number>();
  for (let op = reader.step(); op !== STOP; op = reader.step()) {
    if (op === code('h')) asked.add(bytes[reader.start]!);
    else if (op === code('j')) asked.add(bytes.readUInt32LE(reader.start));
    else if (op === code('g')) asked.add(Number(reader.text('latin1')));
  }
  return asked;
}

export interface PickleOptions {
  /** Where it begins, in bytes. */
  readonly from?: number;
  /** What may be made by name; nothing unless told. */
  readonly constructs?: Constructs;
}

/** The value that a pickle holds. @throws PickleFault */
export function parsePickle(bytes: Buffer, options: PickleOptions = {}): unknown {
  const run = interpret(bytes, options, false);
  for (;;) {
    const { done, value } = run.next();
    if (done) return value;
  }
}

/** The items of a pickle that is a list, one after the other, without holding them. @throws PickleFault */
export function* pickledRows(bytes: Buffer): Generator<unknown> {
  const whole = yield* interpret(bytes, {}, true);
  if (!Array.isArray(whole)) throw new PickleFault('it is no list', 0);
}

class Known {
  readonly name: string;
  readonly make: Construct;
  constructor(name: string, make: Construct) {
    this.name = name;
    this.make = make;
  }
}

/** @param rows whether the items of the outermost list are given out instead of being kept */
function* interpret(
  bytes: Buffer,
  { from = 0, constructs = {} }: PickleOptions,
  rows: boolean,
): Generator<unknown, unknown> {
  const asked = remembered(bytes, from);
  const reader = new Reader(bytes, from);
  const stack: unknown[] = [];
  const marks: number[] = [];
  const memo = new Map<number, unknown>();
  let memoized = 0;
  /** The list at the bottom of everything. */
  let outermost: unknown[] | undefined;

  const fault = (what: string): PickleFault => new PickleFault(what, reader.at);
  const push = (value: unknown): void => {
    if (stack.length >= MAX_WAITING) throw fault('it piles up too much');
    stack.push(value);
  };
  const pop = (): unknown => {
    if (stack.length <= (marks.at(-1) ?? 0)) throw fault('it takes what is not there');
    return stack.pop();
  };
  const top = (): unknown => {
    if (stack.length <= (marks.at(-1) ?? 0)) throw fault('it takes what is not there');
    return stack[stack.length - 1];
  };
  const sinceMark = (): unknown[] => {
    const mark = marks.pop();
    if (mark === undefined) throw fault('it takes what is not there');
    return stack.splice(mark);
  };
  const remember = (index: number): void => {
    memoized += 1;
    if (asked.has(index)) memo.set(index, top());
  };
  const recall = (index: number): void => {
    if (!memo.has(index)) throw fault('it asks for what it did not say');
    push(memo.get(index));
  };
  const newList = (items: unknown[]): void => {
    if (stack.length === 0) outermost ??= items;
    push(items);
  };
  const setItems = (pairs: readonly unknown[]): void => {
    const dictionary = top();
    if (!isDictionary(dictionary) || pairs.length % 2 !== 0) throw fault('it is no dictionary');
    for (let i = 0; i < pairs.length; i += 2) setItem(dictionary, pairs[i], pairs[i + 1], fault);
  };
  const made = (name: string, args: unknown, make: Construct): unknown => {
    if (!Array.isArray(args)) throw fault(`${name} is called with no arguments`);
    try {
      return make(args);
    } catch (thrown) {
      throw fault(`${name} cannot be read: ${(thrown as Error).message}`);
    }
  };
  const known = (module: unknown, name: unknown): Known => {
    const full = `${module}.${name}`;
    const make = Object.hasOwn(constructs, full) ? constructs[full] : undefined;
    if (!make) throw fault(`it names ${full.slice(0, 80)}, a class or function, which is refused`);
    return new Known(full, make);
  };

  for (;;) {
    const op = reader.step();
    switch (String.fromCharCode(op)) {
      case '.': {
        const value = pop();
        if (stack.length > 0 || marks.length > 0) throw fault('it ends too early');
        return value;
      }
      case '\x80':
      case '\x95':
        break;
      case '(':
        if (marks.length >= MAX_WAITING) throw fault('it piles up too much');
        marks.push(stack.length);
        break;
      case '0':
        if (marks.at(-1) === stack.length) marks.pop();
        else pop();
        break;
      case '1':
        sinceMark();
        break;
      case '2':
        push(top());
        break;
      case 'N':
        push(null);
        break;
      case '\x88':
        push(true);
        break;
      case '\x89':
        push(false);
        break;
      case 'I':
      case 'L':
      case 'F':
        push(numberIn(reader.text('latin1'), fault));
        break;
      case 'J':
        push(bytes.readInt32LE(reader.start));
        break;
      case 'K':
        push(bytes[reader.start]);
        break;
      case 'M':
        push(bytes.readUInt16LE(reader.start));
        break;
      case '\x8a':
      case '\x8b':
        push(integerIn(bytes.subarray(reader.start, reader.end), fault));
        break;
      case 'G':
        push(bytes.readDoubleBE(reader.start));
        break;
      case 'S':
        push(quotedText(reader.text('latin1'), fault));
        break;
      case 'V':
        push(escapedText(reader.text('latin1')));
        break;
      case 'T':
      case 'U':
        push(textOrLatin1(bytes.subarray(reader.start, reader.end)));
        break;
      case 'X':
      case '\x8c':
      case '\x8d':
        push(reader.text());
        break;
      case 'B':
      case 'C':
      case '\x8e':
      case '\x96':
        push(bytes.subarray(reader.start, reader.end));
        break;
      case '\x98':
        break;
      case ']':
      case '\x8f':
        newList([]);
        break;
      case 'l':
        newList(sinceMark());
        if (rows && stack.length === 1 && stack[0] === outermost) yield* outermost!.splice(0);
        break;
      case '}':
        push({});
        break;
      case 'd': {
        const pairs = sinceMark();
        push({});
        setItems(pairs);
        break;
      }
      case ')':
        push([]);
        break;
      case 't':
      case '\x91':
        push(sinceMark());
        break;
      case '\x85':
        push([pop()]);
        break;
      case '\x86': {
        const second = pop();
        push([pop(), second]);
        break;
      }
      case '\x87': {
        const third = pop();
        const second = pop();
        push([pop(), second, third]);
        break;
      }
      case 'a':
      case 'e':
      case '\x90': {
        const items = op === code('a') ? [pop()] : sinceMark();
        const list = top();
        if (!Array.isArray(list)) throw fault('it is no list');
        if (rows && list === outermost) yield* items;
        else for (const item of items) list.push(item);
        break;
      }
      case 's': {
        const value = pop();
        setItems([pop(), value]);
        break;
      }
      case 'u':
        setItems(sinceMark());
        break;
      case 'p':
        remember(Number(reader.text('latin1')));
        break;
      case 'q':
        remember(bytes[reader.start]!);
        break;
      case 'r':
        remember(bytes.readUInt32LE(reader.start));
        break;
      case '\x94':
        remember(memoized);
        break;
      case 'g':
        recall(Number(reader.text('latin1')));
        break;
      case 'h':
        recall(bytes[reader.start]!);
        break;
      case 'j':
        recall(bytes.readUInt32LE(reader.start));
        break;
      case 'c': {
        const [module, name] = reader.text('latin1').split('\n');
        push(known(module, name));
        break;
      }
      case '\x93': {
        const name = pop();
        push(known(pop(), name));
        break;
      }
      case 'R': {
        const args = pop();
        const callee = pop();
        if (!(callee instanceof Known)) throw fault('it calls what is no known function, which is refused');
        push(made(callee.name, args, callee.make));
        break;
      }
      case 'b': {
        const state = pop();
        const built = top();
        if (!(built instanceof Built)) throw fault('it changes an object, which is refused');
        made('its state', [state], ([of]) => built.build(of));
        break;
      }
      default:
        throw fault(`it holds ${REFUSED[String.fromCharCode(op)] ?? 'what is not known'}, which is refused`);
    }
  }
}

type Fault = (what: string) => PickleFault;

const isDictionary = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function setItem(dictionary: Record<string, unknown>, key: unknown, value: unknown, fault: Fault): void {
  if (typeof key !== 'string' && typeof key !== 'number')
    throw fault('it has a key that is neither text nor number');
  // A plain assignment of this one key would give the object another prototype.
  if (key === '__proto__')
    Object.defineProperty(dictionary, key, { value, enumerable: true, configurable: true, writable: true });
  else dictionary[key] = value;
}
