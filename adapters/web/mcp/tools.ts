import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { STRATEGY_NAMES, VERSION } from '../../../src/config.ts';
import { asSpotterError, SpotterError } from '../../../src/errors.ts';
import { checked } from '../../../src/expression/reader.ts';
import { DEFAULT_LIMITS } from '../../../src/picture/inspect.ts';
import { readBytes } from '../../../src/picture/read.ts';
import { answerJson, tenth, thousandth } from '../../../src/verdict.ts';
import type { KeptAnswer } from '../server/memory.ts';
import { type Asking, type PictureOf, pictureFrom, type Questions } from '../server/questions.ts';

export interface ToolsDeps {
  readonly questions: Questions;
  readonly asker: string;
  /** Whether pictures may be files of this machine: only where the agent runs on it, too. */
  readonly files: boolean;
  /** Told what failed without a reason that could be foreseen. */
  readonly onTrouble: (thrown: unknown) => void;
}

/** A third more than the bytes that it stands for. */
const MAX_BASE64 = Math.ceil((DEFAULT_LIMITS.maxBytes * 4) / 3) + 4;
/** Of one message: a picture in base64, and a few words. */
export const MAX_MESSAGE_BYTES = MAX_BASE64 + 64 * 1024;

const picture = {
  image_url: z.string().max(4000).optional().describe('A link to a picture, where links are followed'),
  image_base64: z.string().max(MAX_BASE64).optional().describe('The bytes of a picture file, in base64'),
  picture: z.string().max(64).optional().describe('The id of a picture that an earlier result names'),
};
const file = {
  image_path: z.string().max(4096).optional().describe('A picture file on this machine'),
};

const box = z.array(z.number()).length(4).describe('[x1, y1, x2, y2] in pixels of the oriented picture');

const draw = z.boolean().default(true).describe('Whether the annotated picture comes back as image content');

const known = {
  picture: z.string().describe('The id of the picture, for further questions'),
  width: z.number().describe('Of the oriented picture, in pixels'),
  height: z.number(),
};

/** What a tool that answers a question gives besides the annotated picture. */
const answered = {
  answer: z.string().describe('The id of the answer, for a follow-up'),
  outcome: z.enum(['found', 'not-present', 'undecided']),
  sentence: z.string(),
  presence: z.number().describe('Calibrated probability that it is there, 0..1'),
  regions: z
    .array(z.object({ box, label: z.string(), fit: z.number() }))
    .describe('Best first; fit: how well it fits the whole expression, 0..1'),
  unresolved: z.array(z.string()).describe('Words that could not be checked'),
  ...known,
};

/** The tools of one connection, for one asker. */
export function createTools({ questions, asker, files, onTrouble }: ToolsDeps): McpServer {
  const server = new McpServer(
    { name: 'spotter', title: 'Spotter', version: VERSION },
    { instructions: INSTRUCTIONS },
  );
  const given = { ...picture, ...(files && file), draw };
  const askingOf = ({ signal }: { readonly signal: AbortSignal }): Asking => ({ asker, signal });
  /** A failure is a result that the agent can read. */
  const telling = async (work: () => Promise<CallToolResult>): Promise<CallToolResult> => {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof SpotterError)) onTrouble(thrown);
      const { code, message, hint } = asSpotterError(thrown);
      const said = code === 'internal' ? message : [message, hint].filter(Boolean).join(' ');
      return { isError: true, content: [{ type: 'text', text: `${code}: ${said}` }] };
    }
  };

  server.registerTool(
    'find',
    {
      title: 'Find in a picture',
      description:
        'Points at what a referring expression names ("the white cup left of the laptop"), says that it is not there, or that it is undecided among numbered regions; also answers short questions ("is there a cat?"). Gives boxes and the annotated picture.',
      inputSchema: z.strictObject({
        expression: z.string().max(2000).describe('In English, at most 500 characters'),
        ...given,
        after: z.string().max(64).optional().describe('The id of the answer that this question follows up'),
        strategy: z.enum(STRATEGY_NAMES).optional().describe('Which way the question goes; usually left out'),
      }),
      outputSchema: answered,
      annotations: READS_ONLY,
    },
    ({ expression, after, strategy, draw, ...from }, extra) =>
      telling(async () => {
        const of = await pictureOf({ ...from, after }, extra.signal);
        const answer = await questions.ask({ expression, of, after, strategy }, askingOf(extra));
        return resultOf(answer, answeredOf(answer), draw && (await drawn(answer, extra.signal)));
      }),
  );

  server.registerTool(
    'count',
    {
      title: 'Count in a picture',
      description:
        'Counts what an expression names ("dogs", "people in red"). The number is null where it cannot be told, and a lower bound where more may be hidden. Gives the boxes and the annotated picture.',
      inputSchema: z.strictObject({
        things: z.string().max(2000).describe('What to count, plural: "dogs on the sofa"'),
        ...given,
      }),
      outputSchema: { ...answered, number: z.number().nullable(), at_least: z.boolean() },
      annotations: READS_ONLY,
    },
    ({ things, draw, ...from }, extra) =>
      telling(async () => {
        const of = await pictureOf(from, extra.signal);
        const answer = await questions.ask({ expression: countQuestion(things), of }, askingOf(extra));
        const { question } = answer.verdict;
        const number = typeof question?.value === 'number' ? question.value : null;
        const counted = { ...answeredOf(answer), number, at_least: question?.atLeast === true };
        return resultOf(answer, counted, draw && (await drawn(answer, extra.signal)));
      }),
  );

  server.registerTool(
    'describe_regions',
    {
      title: 'Describe regions',
      description:
        'Tells what the detector surely sees in a picture: each region with its label, score and box.',
      inputSchema: z.strictObject(given),
      outputSchema: {
        regions: z
          .array(z.object({ box, label: z.string(), score: z.number() }))
          .describe("Best first; score: the detector's own, 0..1"),
        sentence: z.string(),
        ...known,
      },
      annotations: READS_ONLY,
    },
    ({ draw, ...from }, extra) =>
      telling(async () => {
        const of = await pictureOf(from, extra.signal);
        const answer = await questions.ask({ expression: 'what do you see?', of }, askingOf(extra));
        const { verdict } = answer;
        const seen = verdict.explanation?.seen ?? [];
        const regions = seen.map(({ box, label, score }) => ({
          box: box.map(tenth),
          label,
          score: thousandth(score),
        }));
        const described = { regions, sentence: verdict.sentence, ...knownOf(answer) };
        return resultOf(answer, described, draw && (await drawn(answer, extra.signal)));
      }),
  );

  const drawn = (answer: KeptAnswer, signal: AbortSignal): Promise<Uint8Array> =>
    questions.draw(answer, { candidates: false, asker, signal });
  return server;
}

const INSTRUCTIONS =
  'Spotter points at things in pictures. Ask "find" for one thing by a referring expression; a later call may name the picture by its id, and go on with an answer by "after" ("and the cat?", "the other one"). Where an answer is undecided, its regions are numbered from 1: "the second one" with "after" chooses.';

const READS_ONLY = { readOnlyHint: true, openWorldHint: false } as const;

/** "How many dogs are there?" and "dogs." mean the same. @throws SpotterError empty-expression */
function countQuestion(things: string): string {
  const bare = things
    .trim()
    .replace(/[.?!\s]+$/, '')
    .replace(/^how many\s+/i, '')
    .replace(/\s+are there$/i, '');
  return `how many ${checked(bare)} are there?`;
}

const knownOf = ({ picture: { id }, size }: KeptAnswer) => ({ picture: id, ...size });

const answeredOf = (answer: KeptAnswer) => {
  const { verdict, size, picture } = answer;
  const { outcome, sentence, presence, unresolved, boxes, scores } = answerJson(
    { ...size, sha256: picture.sha256 },
    verdict,
  );
  const regions = boxes.map((box, i) => ({
    ...{ box: [...box], label: verdict.candidates[i]!.label, fit: scores[i]! },
  }));
  return {
    ...{ answer: answer.id, outcome, sentence, presence, regions, unresolved: [...unresolved] },
    ...knownOf(answer),
  };
};

/** The words, the same as data, and the annotated picture. */
const resultOf = (
  { verdict }: KeptAnswer,
  structuredContent: Record<string, unknown>,
  jpeg: Uint8Array | false,
): CallToolResult => ({
  structuredContent,
  content: [
    { type: 'text', text: verdict.sentence },
    { type: 'text', text: JSON.stringify(structuredContent) },
    ...(jpeg
      ? [{ type: 'image' as const, mimeType: 'image/jpeg', data: Buffer.from(jpeg).toString('base64') }]
      : []),
  ],
});

interface Given {
  readonly image_url?: string | undefined;
  readonly image_base64?: string | undefined;
  readonly image_path?: unknown;
  readonly picture?: string | undefined;
  readonly after?: string | undefined;
}

/** @throws SpotterError bad-usage, no-picture; of a file as `readBytes` */
async function pictureOf(
  { image_base64, image_path, ...others }: Given,
  signal: AbortSignal,
): Promise<PictureOf> {
  if (typeof image_path === 'string' && image_base64 !== undefined)
    throw new SpotterError('bad-usage', 'More than one picture is given.', ONE_OF);
  const image =
    typeof image_path === 'string'
      ? await readBytes(image_path, DEFAULT_LIMITS, signal)
      : image_base64 === undefined
        ? undefined
        : fromBase64(image_base64);
  return pictureFrom({ image, ...others }, ONE_OF);
}

const ONE_OF =
  'Give one of image_base64, image_url, picture (an id), after (the id of an answer), or a file where that can be read.';

function fromBase64(text: string): Uint8Array {
  const bare = text.replace(/^data:[\w/+.-]{1,60};base64,/, '');
  if (!/^[A-Za-z0-9+/_=\s-]*$/.test(bare)) throw new SpotterError('bad-data', 'The picture is not base64.');
  return Buffer.from(bare, 'base64');
}
