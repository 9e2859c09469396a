import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_EXIT, OUTCOME_EXIT } from '../../adapters/cli/console.ts';
import { parse } from '../../adapters/cli/parse.ts';
import { ROOT, read } from './sources.ts';

const README = read('README.md');
const { scripts, bin } = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  bin: Record<string, string>;
};
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/cli.md',
  'docs/architecture.md',
  'docs/dependencies.md',
  'docs/downloads.md',
  'docs/evaluation-formats.md',
  'docs/evaluation.md',
  'docs/gpu.md',
  'docs/grounding-dino.md',
  'docs/mllm.md',
  'docs/page.md',
  'docs/scale.md',
  'docs/strategies.md',
  'docs/teaching.md',
  'models/README.md',
];

/** The arguments of a command line: words, and what is in double quotes. */
const words = (line: string): string[] => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2]!);

const fenced = [...README.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((m) => m[1]!.trim());

describe('README', () => {
  it('has two commands to set up: one asks, one tests', () => {
    expect(README.match(/^```/gm)).toHaveLength(4);
    expect(fenced).toEqual([
      'npm ci && npx spotter find examples/two-dogs.jpg "the upper dog"',
      'npm ci && npm test',
    ]);
  });

  it('says where the answer is drawn', () => {
    expect(README).toContain('`spotter-two-dogs.jpg`');
  });

  it('is what .ci/run runs, and what package.json means by it', () => {
    const commands = read('.ci/run')
      .split('\n')
      .filter((line) => /^npm |^npx /.test(line));
    expect(commands).toEqual([fenced[1]]);
    expect(scripts.test).toBe('npm run check && vitest run');
    expect(bin).toEqual({ spotter: 'bin/spotter.js' });
    expect(existsSync(join(ROOT, bin.spotter!))).toBe(true);
  });
});

describe('package.json', () => {
  it('has scripts that run files which are there', () => {
    for (const script of Object.values(scripts)) {
      for (const [, file] of script.matchAll(/bin\/run\.js (\S+)/g)) {
        expect(existsSync(join(ROOT, file!)), file).toBe(true);
      }
    }
  });
});

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  it('mentions only scripts that exist', () => {
    for (const [, name] of text.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty(name!);
  });

  it('mentions only commands that are understood, and photos that are there', async () => {
    for (const [, line] of text.matchAll(/npx spotter (.+?)(?=`|$)/gm)) {
      const args = words(line!.split(/ +[<|>#] /)[0]!);
      await expect(parse(args, '0'), line).resolves.toBeDefined();
      for (const [photo] of line!.matchAll(/examples\/\S+/g))
        expect(existsSync(join(ROOT, photo)), photo).toBe(true);
    }
  });

  it('links only to what is there', () => {
    for (const [, link] of text.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)) {
      expect(existsSync(join(ROOT, document, '..', link!.replace(/#.*/, ''))), link).toBe(true);
    }
  });
});

describe('docs/cli.md', () => {
  const CLI = read('docs/cli.md');

  it('lists every error code with its exit code, and no other', () => {
    const rows = [...CLI.matchAll(/^\| `([a-z-]+)` +\| (\d+) +\|/gm)].map((m) => [m[1], Number(m[2])]);
    expect(Object.fromEntries(rows)).toEqual(ERROR_EXIT);
    expect(rows).toHaveLength(Object.keys(ERROR_EXIT).length);
  });

  it('and README tell the exit codes of the outcomes', () => {
    for (const [outcome, code] of Object.entries(OUTCOME_EXIT)) {
      const said = outcome.replace('-', ' ');
      expect(CLI).toMatch(new RegExp(`^\\| ${code} +\\| ${said} +\\|$`, 'm'));
      expect(README).toMatch(new RegExp(`^\\| ${said} +\\| ${code} +\\|`, 'm'));
    }
  });
});

describe('Dockerfile', () => {
  it('copies only what is there and not left out', () => {
    const dockerfile = read('Dockerfile');
    const kept = new Set(
      read('.dockerignore')
        .split('\n')
        .filter((line) => line.startsWith('!'))
        .map((line) => line.slice(1)),
    );
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((m) => m[1]!.split(' '));
    expect(copied.length).toBeGreaterThan(5);
    for (const path of copied)
      expect({ path, there: existsSync(join(ROOT, path)), kept: kept.has(path) }).toEqual({
        path,
        there: true,
        kept: true,
      });
  });
});
