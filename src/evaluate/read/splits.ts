import { SpotterError } from '../../errors.ts';

/** RefCOCO and RefCOCO+ have two test splits, of people and of other things; "test" means both. */
const TESTS = ['testA', 'testB'];

/** What some copies of a set call a split. */
const ALSO: Readonly<Record<string, string>> = { validation: 'val', val: 'validation' };

/**
 * The splits that are meant by a name; undefined where none is asked for.
 * @param there the splits that the file has
 * @throws SpotterError bad-usage, naming the splits, where it has none of that name
 */
export function splitsAsked(
  file: string,
  split: string | undefined,
  there: ReadonlySet<string>,
): ReadonlySet<string> | undefined {
  if (split === undefined) return undefined;
  if (there.has(split)) return new Set([split]);
  const tests = TESTS.filter((name) => there.has(name));
  if (split === 'test' && tests.length > 0) return new Set(tests);
  const also = ALSO[split];
  if (also !== undefined && there.has(also)) return new Set([also]);
  const names = [...there].sort().join(', ');
  throw new SpotterError(
    'bad-usage',
    names ? `${file} has no split "${split}".` : `${file} has no splits, so that there is no "${split}".`,
    names
      ? `It has ${names}${tests.length > 1 ? '; "test" means testA and testB' : ''}.`
      : 'Leave out --split.',
  );
}
