import { styleText } from 'node:util';

type Colour = Parameters<typeof styleText>[0];

/** Where a command reads and prints; whole lines, so that nothing is torn. */
export interface Console {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  /** Results, one line each. */
  print(...lines: readonly string[]): void;
  /** Everything that is not a result. */
  note(...lines: readonly string[]): void;
  /** Coloured where stdout is a terminal that wants it. */
  paint(colour: Colour, text: string): string;
}

type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env'>;

export function createConsole({ stdin, stdout, stderr, env }: Streams): Console {
  // A reader that has seen enough (`| head -1`) is no failure; later writes go nowhere.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const coloured = wantsColour(stdout.isTTY, env);
  const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');
  return {
    stdin,
    stderr,
    print: (...all) => void stdout.write(lines(all)),
    note: (...all) => void stderr.write(lines(all)),
    paint: (colour, text) => (coloured ? styleText(colour, text, { validateStream: false }) : text),
  };
}

/** NO_COLOR counts when it is not empty, see no-color.org. */
export const wantsColour = (terminal: boolean, env: NodeJS.ProcessEnv): boolean =>
  terminal && !env.NO_COLOR && env.TERM !== 'dumb';
