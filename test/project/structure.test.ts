import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { sources } from './sources.ts';

const PROGRAM = sources('src', 'adapters').filter(({ path }) => path.endsWith('.ts'));

/** Files of the program that a file names, as an import of any kind or as a path beside itself. */
const namedBy = ({ path, text, imports }: (typeof PROGRAM)[number]): string[] => {
  const strings = [...text.matchAll(/new URL\(\s*'(\.[^']+\.ts)'/g)].map(([, to = '']) =>
    join(dirname(path), to),
  );
  return [...new Set([...imports, ...strings])].filter((to) => /^(src|adapters)\//.test(to));
};
const FILES = new Map(PROGRAM.map((source) => [source.path, namedBy(source)]));

/** What a file belongs to: its folder below src or adapters, or itself where it lies directly in src. */
const roomOf = (path: string): string => /^(?:src|adapters)\/[^/]+/.exec(path)![0];

/** Groups of which each member leads to every other one. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const reach = (from: string): Set<string> => {
    const seen = new Set<string>();
    const next = [...(graph.get(from) ?? [])];
    for (let to = next.pop(); to !== undefined; to = next.pop()) {
      if (seen.has(to)) continue;
      seen.add(to);
      next.push(...(graph.get(to) ?? []));
    }
    return seen;
  };
  const reached = new Map([...graph.keys()].map((node) => [node, reach(node)]));
  const inCircle = [...graph.keys()].filter((node) => reached.get(node)!.has(node));
  const groups = inCircle.map((node) => inCircle.filter((other) => reached.get(node)!.has(other)).toSorted());
  return [...new Map(groups.map((group) => [group.join(' '), group])).values()];
}

it('circles are found', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['a']],
    ['d', []],
  ]);
  expect(circles(graph)).toEqual([['a', 'b', 'c']]);
  expect([...FILES.values()].flat().length).toBeGreaterThan(500);
});

it('no file leads back to itself, types included', () => {
  const graph = new Map([...FILES].map(([file, named]) => [file, named.filter((to) => to !== file)]));
  expect(circles(graph)).toEqual([]);
});

it('no folder leads back to itself', () => {
  const graph = new Map<string, string[]>();
  for (const [file, named] of FILES) {
    const room = roomOf(file);
    graph.set(room, [...(graph.get(room) ?? []), ...named.map(roomOf).filter((to) => to !== room)]);
  }
  expect(circles(graph)).toEqual([]);
});

it('evaluation stands on top: only the terminal knows it', () => {
  const knowing = [...FILES].filter(
    ([file, named]) =>
      !file.startsWith('src/evaluate/') && named.some((to) => to.startsWith('src/evaluate/')),
  );
  expect(knowing.map(([file]) => file).filter((file) => !file.startsWith('adapters/cli/'))).toEqual([]);
});

it('what runs does not lie among tests', () => {
  const paths = PROGRAM.filter(({ text }) => /new URL\(\s*'[^']*\/(?:test|bench)\//.test(text));
  expect(paths.map(({ path }) => path)).toEqual([]);
});
