import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { DEVICE_CHOICES, STRATEGY_NAMES, type StrategyName } from '../../src/config.ts';
import { SpotterError } from '../../src/errors.ts';
import type { DiscordRequest } from './discord.ts';
import type { EvalRequest } from './eval-declare.ts';
import type { FeedbackRequest } from './feedback.ts';
import type { ModelsRequest } from './models-declare.ts';
import { declareQueue, type QueueRequest, type WorkerRequest } from './queue-declare.ts';

export interface FindOptions {
  readonly out?: string;
  readonly json: boolean;
  readonly explain: boolean;
  readonly candidates: boolean;
  /** Counted from 1. */
  readonly pick?: number;
  /** Where the lesson is written. */
  readonly lesson?: string;
  readonly specialist?: string;
  readonly device?: string;
  readonly strategy?: string;
  /** Whether an answer that is remembered will do. */
  readonly cache: boolean;
}

export interface CompareOptions extends Pick<FindOptions, 'out' | 'json' | 'specialist' | 'device'> {
  /** Which strategies, none of them twice; true: all that can run. */
  readonly compare: true | readonly StrategyName[];
}

export interface ServeOptions {
  readonly port?: string;
  readonly host?: string;
  readonly specialist?: string;
  readonly device?: string;
}

/** What a command line asks for. */
export type Request =
  | {
      readonly command: 'find';
      readonly file: string;
      readonly expression: string;
      readonly options: FindOptions;
    }
  | {
      readonly command: 'compare';
      readonly file: string;
      readonly expression: string;
      readonly options: CompareOptions;
    }
  | { readonly command: 'serve'; readonly options: ServeOptions }
  | { readonly command: 'mcp'; readonly options: Pick<ServeOptions, 'specialist' | 'device'> }
  | { readonly command: 'doctor'; readonly options: { readonly json: boolean } }
  | ModelsRequest
  | EvalRequest
  | DiscordRequest
  | FeedbackRequest
  | WorkerRequest
  | QueueRequest
  | { readonly command: 'show'; readonly text: string };

const EXAMPLES = `
Examples:
  spotter find street.jpg "the man left of the red bus"
  spotter find street.jpg "all the red cars" --out cars.jpg
  spotter find street.jpg "the second bottle from the right" --json
  spotter find street.jpg "the dog" --compare           all strategies, side by side
  spotter find street.jpg "the fluffy dog" --pick 2     choose when the answer was undecided
  spotter find street.jpg "the dog" --lesson why.html   how the answer came about, to look at
  curl -s https://example.org/a.jpg | spotter find - "the dog"
  spotter serve                                         a page to try it, and an API
  spotter models list                                   other detectors that can be had
  spotter doctor                                        when something does not work

Exit codes: 0 found, 1 not present, 2 undecided, 64 and above: an error.`;

/** Commands of several actions; what they are is loaded when one is named. */
const GROUPS: Readonly<Record<string, Group>> = {
  models: {
    summary: 'list, download, check and remove detectors',
    declare: async (...all) => (await import('./models-declare.ts')).declareModels(...all),
  },
  eval: {
    summary: 'measure how good the answers are',
    declare: async (...all) => (await import('./eval-declare.ts')).declareEval(...all),
  },
  discord: {
    summary: 'prepare the bot for Discord',
    declare: async (...all) => (await import('./discord.ts')).declareDiscord(...all),
  },
  feedback: {
    summary: 'what people said of answers',
    declare: async (...all) => (await import('./feedback.ts')).declareFeedback(...all),
  },
};

interface Group {
  readonly summary: string;
  declare(group: Command, found: (request: Request) => void): Promise<void>;
}

/**
 * Reads the arguments behind the program's name.
 * @throws SpotterError bad-usage
 */
export async function parse(args: readonly string[], version: string): Promise<Request> {
  let request: Request | undefined;
  let shown = '';
  const program = new Command('spotter')
    .description(
      "Show it a picture, say what you are looking for, and it points at it, or says it isn't there.",
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureOutput({ writeOut: (text) => (shown += text), writeErr: () => {} })
    .exitOverride()
    .addHelpText('after', EXAMPLES);
  program
    .command('find')
    .summary('find what an expression refers to')
    .description('Find what an expression refers to, and draw the answer.')
    .argument('<file>', 'a picture (JPEG, PNG, WebP, GIF, AVIF, HEIC, TIFF), or - for standard input')
    .argument('<expression...>', 'what to look for, in English: "the dog on the left"')
    .option('-o, --out <file>', 'where to draw the answer, a JPEG (default: spotter-<name>.jpg)')
    .option('--json', 'print one JSON object on one line; draws only with --out', false)
    .option('--explain', 'tell step by step how the answer came about', false)
    .option('--candidates', 'list and draw everything that was considered', false)
    .option('--pick <n>', 'choose candidate n of an undecided answer', positiveInteger)
    .option('--lesson <file>', 'write step by step how the answer came about, as one HTML file')
    .addOption(
      new Option('--strategy <name>', 'which way the question goes (default: auto)').choices(STRATEGY_NAMES),
    )
    .addOption(
      new Option('--compare [names]', 'ask several strategies, and draw their answers side by side')
        .argParser(strategyNames)
        .conflicts(['strategy', 'explain', 'candidates', 'pick', 'lesson']),
    )
    .option('--specialist <id>', 'which detector looks, see "spotter models list" (default: starter)')
    .addOption(
      new Option('--device <device>', 'where it runs (default: the first that works)').choices(
        DEVICE_CHOICES,
      ),
    )
    .option('--no-cache', 'answer anew what was answered before')
    .addHelpText('after', EXAMPLES)
    .action((file: string, words: string[], options: FindOptions | CompareOptions) => {
      const expression = words.join(' ');
      request =
        'compare' in options
          ? { command: 'compare', file, expression, options }
          : { command: 'find', file, expression, options };
    });
  program
    .command('serve')
    .summary('serve the page, the API and the tools for agents')
    .description('Serve a page to try it and to teach with, an API (REST), and tools for agents (MCP).')
    .option('--port <n>', 'the port that is listened at (default: 8080)')
    .option('--host <address>', 'the address (default: 127.0.0.1, which only this machine reaches)')
    .option('--specialist <id>', 'which detector looks, see "spotter models list" (default: starter)')
    .addOption(
      new Option('--device <device>', 'where it runs (default: the first that works)').choices(
        DEVICE_CHOICES,
      ),
    )
    .action((options: ServeOptions) => {
      request = { command: 'serve', options };
    });
  program
    .command('mcp')
    .summary('offer tools to an agent (MCP) on standard input and output')
    .description(
      'Offer the tools find, count and describe_regions to an agent that starts this (MCP, stdio).',
    )
    .option('--specialist <id>', 'which detector looks, see "spotter models list" (default: starter)')
    .addOption(
      new Option('--device <device>', 'where it runs (default: the first that works)').choices(
        DEVICE_CHOICES,
      ),
    )
    .action((options: Pick<ServeOptions, 'specialist' | 'device'>) => {
      request = { command: 'mcp', options };
    });
  program
    .command('doctor')
    .summary('check that everything needed is there')
    .description('Check that everything Spotter needs is there, and say how to fix what is not.')
    .option('--json', 'print one JSON object on one line', false)
    .action((options: { json: boolean }) => {
      request = { command: 'doctor', options };
    });
  const found = (named: Request): void => {
    request = named;
  };
  declareQueue(program, found);
  for (const [name, { summary, declare }] of Object.entries(GROUPS)) {
    const group = program.command(name).summary(summary);
    if (args.includes(name)) await declare(group, found);
  }
  try {
    program.parse(args, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode !== 0) throw badUsage(thrown, args);
  }
  return request ?? { command: 'show', text: shown.trimEnd() };
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It counts from 1.');
  return Number(text);
}

function strategyNames(text: string): readonly StrategyName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(STRATEGY_NAMES as readonly string[]).includes(name));
  if (unknown === undefined) return [...new Set(names as StrategyName[])];
  const known = STRATEGY_NAMES.join(', ');
  throw new InvalidArgumentError(
    `There is no strategy "${unknown}", but ${known}; without names, --compare stands last.`,
  );
}

function badUsage({ code, message }: CommanderError, [command]: readonly string[]): SpotterError {
  const help = 'See "spotter --help".';
  if (code === 'commander.help') {
    const [sentence, example] =
      command === 'models'
        ? ['What to do with the models is missing.', 'For example: spotter models list.']
        : ['There is no command.', 'For example: spotter find street.jpg "the dog on the left".'];
    return new SpotterError('bad-usage', sentence, `${example} ${help}`);
  }
  const [said = '', ...suggestions] = message.replace(/^error: /, '').split('\n');
  const sentence = `${said.charAt(0).toUpperCase()}${said.slice(1).replace(/\.$/, '')}.`;
  const suggestion = suggestions.join(' ').replace(/^\((.*)\)$/, '$1');
  return new SpotterError('bad-usage', sentence, suggestion ? `${suggestion} ${help}` : help);
}
