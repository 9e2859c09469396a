import * as z from 'zod';
import { within } from '../abort.ts';
import { asSpotterError, type SpotterError } from '../errors.ts';
import type { Rgb } from '../picture/picture.ts';
import { encodeJpeg } from '../picture/text.ts';
import { createMllm, type MllmOptions } from './client.ts';
import { openEndpoint } from './endpoint.ts';
import type { MllmImage, MllmReply, MllmRequest } from './mllm.ts';
import { type Profile, type ProfileOverrides, serverAt, serverOwning } from './profile.ts';
import { MllmFailure } from './transport.ts';

export interface ProbeOptions extends MllmOptions {
  /** For everything, in milliseconds; 30 s unless told. */
  readonly probeMs?: number;
  readonly signal?: AbortSignal;
  /** 0 up to 1. */
  readonly random?: () => number;
}

/** What a model and its server were seen to do. */
export interface Probed {
  readonly reachable: boolean;
  /** Names of the models that it has, where it lists them. */
  readonly models?: readonly string[];
  /** What it runs on, where its address or its list of models tell. */
  readonly server?: string;
  readonly answers: boolean;
  readonly seesPictures: boolean;
  readonly logprobs: boolean;
  readonly schema: boolean;
  readonly choices: boolean;
  /** What the profile should say of what it can do; absent where that was not found out. */
  readonly fits?: ProfileOverrides;
  readonly ms: number;
  /** Every finding, in words. */
  readonly said: readonly string[];
}

const NOTHING = {
  answers: false,
  seesPictures: false,
  logprobs: false,
  schema: false,
  choices: false,
} as const;
const LIST_MS = 5000;
const HELLO = 'Say hello in one short sentence, in plain words.';
const ANSWER = { type: 'string', enum: ['xylophone', 'zeppelin'] };
const JSON_SCHEMA = {
  type: 'object',
  properties: { word: ANSWER },
  required: ['word'],
  additionalProperties: false,
};

/**
 * Finds out with a few small calls what an endpoint can do: whether it answers, sees pictures, gives alternatives of a
 * token, and keeps to a JSON schema or to choices (it is asked to say hello, and held to something else).
 *
 * @example
 * const { seesPictures, logprobs } = await probe({ baseURL: 'http://localhost:8000/v1', model: 'Qwen/Qwen2.5-VL-7B-Instruct' });
 * @throws SpotterError bad-config; nothing else: what fails is a finding
 */
export async function probe(options: ProbeOptions): Promise<Probed> {
  const { probeMs = 30_000, signal, random = Math.random, profile, model } = options;
  const now = options.now ?? (() => performance.now());
  const start = now();
  const endpoint = openEndpoint(options);
  const left = () => Math.max(1, start + probeMs - now());
  const said: string[] = [];
  const say = (...texts: readonly string[]) => void said.push(...texts.map(endpoint.scrub));
  const done = <T extends Partial<Probed>>(found: T) => ({
    ...{ reachable: true, ...NOTHING, ...found, ms: now() - start, said },
  });

  /** Asks with some of the profile changed; a failure is returned. */
  const ask = async (
    request: MllmRequest,
    change: Partial<Profile> = {},
  ): Promise<MllmReply | SpotterError> => {
    const mllm = createMllm({
      ...options,
      profile: { ...profile, ...change },
      retry: { ...options.retry, retries: 1 },
    });
    return mllm.ask({ ...request, ...(signal && { signal }), timeoutMs: left() }).catch(asSpotterError);
  };

  const late = () => new MllmFailure('stalled', { host: endpoint.host });
  const listed = await within(Math.min(LIST_MS, left()), signal, endpoint.models, late).catch(asSpotterError);
  if (listed instanceof MllmFailure && FINAL.has(listed.kind)) {
    say(inWords(listed));
    return done({ reachable: listed.kind !== 'connection' });
  }
  const { models, ownedBy } = readList(listed);
  say(models ? formatModels(models, model, endpoint.host) : `${endpoint.host} does not list its models.`);
  const server = (ownedBy && serverOwning(ownedBy)) || serverAt(options.baseURL);
  if (server) say(`It looks like ${server}.`);
  const known = { ...(models && { models: models.map(endpoint.scrub) }), ...(server && { server }) };

  const { image, names } = await twoColours(random);
  const shown = await ask({ prompt: TWO_COLOURS_QUESTION, images: [image], maxTokens: 20 });
  const plain =
    shown instanceof MllmFailure && shown.kind === 'request'
      ? await ask({ prompt: HELLO, maxTokens: 30 })
      : shown;
  if (plain instanceof Error) {
    say(inWords(plain));
    return done({ ...known, reachable: !(plain instanceof MllmFailure && plain.kind === 'connection') });
  }
  say(`${model} answers, in ${Math.round(plain.cost.ms)} ms.`);
  const seesPictures = !(shown instanceof Error) && namesBoth(shown.text, names);
  if (seesPictures) say(`It sees pictures: ${names.join(' and ')}, as shown.`);
  else if (shown instanceof Error) say(`It does not take pictures. ${inWords(shown)}`);
  else say(`It does not seem to see pictures: shown ${names.join(' and ')}, it said "${short(shown.text)}".`);

  const found = await abilities(ask);
  say(...formatAbilities(found, profile));
  const has = { ...found, choices: found.choices !== undefined };
  return done({ ...known, answers: true, seesPictures, ...has, fits: fitting(found) });
}

/** After these there is no use in asking on. */
const FINAL: ReadonlySet<string> = new Set(['connection', 'key', 'redirect', 'html']);

type Ask = (request: MllmRequest, change?: Partial<Profile>) => Promise<MllmReply | SpotterError>;

async function abilities(ask: Ask): Promise<Abilities> {
  const hello = { prompt: HELLO, maxTokens: 30 };
  const keeps = async (choicesField: NonNullable<Profile['choicesField']>) => {
    const reply = await ask(
      { ...hello, choices: ANSWER.enum },
      { structured: 'guided-choice', choicesField },
    );
    return 'text' in reply && ANSWER.enum.includes(reply.text.trim());
  };
  const [first, form, newer, older] = await Promise.all([
    ask({ ...hello, logprobs: true }, { logprobs: true }),
    ask({ ...hello, schema: { name: 'word', json: JSON_SCHEMA } }, { structured: 'json-schema' }),
    keeps('structured_outputs'),
    keeps('guided_choice'),
  ]);
  return {
    logprobs: 'first' in first && (first.first?.length ?? 0) > 1,
    schema: 'text' in form && keepsSchema(form.text),
    choices: newer ? 'structured_outputs' : older ? 'guided_choice' : undefined,
  };
}

const Word = z.strictObject({ word: z.enum(ANSWER.enum) });

function keepsSchema(text: string): boolean {
  try {
    return Word.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

const List = z.looseObject({
  data: z.array(z.looseObject({ id: z.string(), owned_by: z.string().optional() })),
});

function readList(listed: unknown): { models?: string[]; ownedBy?: string | undefined } {
  const read = List.safeParse(listed);
  if (!read.success) return {};
  return { models: read.data.data.map(({ id }) => id), ownedBy: read.data.data[0]?.owned_by };
}

function formatModels(models: readonly string[], model: string, host: string): string {
  const some = models.slice(0, 5).map(short).join(', ');
  const more = models.length > 5 ? ` and ${models.length - 5} more` : '';
  if (models.includes(model) || models.length === 0) return `${host} lists ${models.length} models.`;
  return `${host} does not list ${model}; it lists ${some}${more}.`;
}

const inWords = ({ message, hint }: SpotterError): string => [message, hint].filter(Boolean).join(' ');

/** Somebody else's words, on one line. */
export const short = (text: string): string => text.replace(/[\p{C}\s]+/gu, ' ').slice(0, 60);

const COLOURS: Readonly<Record<string, Rgb>> = {
  red: [220, 20, 30],
  green: [20, 150, 50],
  blue: [30, 60, 210],
  yellow: [250, 220, 30],
};
const NAMES = Object.keys(COLOURS);

export const TWO_COLOURS_QUESTION =
  'This picture has two halves. Name the colour of the left half, then that of the right half. Answer with two words.';

/** A multiple of what models cut pictures into (28, 32), so that nobody has to resize it. */
const SIDE = 224;

export interface TwoColours {
  readonly image: MllmImage;
  /** Of the left half, of the right half. */
  readonly names: readonly [string, string];
}

/** A picture with two halves of different colours: of the twelve that there are, a model cannot guess which. */
export async function twoColours(random: () => number): Promise<TwoColours> {
  const left = Math.floor(random() * NAMES.length);
  const right = (left + 1 + Math.floor(random() * (NAMES.length - 1))) % NAMES.length;
  const names = [NAMES[left]!, NAMES[right]!] as const;
  const row = Array.from({ length: SIDE }, (_, x) => COLOURS[names[x < SIDE / 2 ? 0 : 1]]!).flat();
  const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => row[i % row.length]!);
  const bytes = await encodeJpeg({ width: SIDE, height: SIDE, data });
  return { image: { mime: 'image/jpeg', bytes }, names };
}

/** Whether an answer names both colours and no other, from left to right. */
export function namesBoth(text: string, names: readonly [string, string]): boolean {
  const named = text.toLowerCase().match(new RegExp(`\\b(?:${NAMES.join('|')})\\b`, 'g')) ?? [];
  return named.length === 2 && named[0] === names[0] && named[1] === names[1];
}

/** What a server can do, as it was seen to. */
export interface Abilities {
  readonly logprobs: boolean;
  readonly schema: boolean;
  readonly choices: NonNullable<Profile['choicesField']> | undefined;
}

/** What a profile should say of it. */
export function fitting({ logprobs, schema, choices }: Abilities): ProfileOverrides {
  const structured = choices ? 'guided-choice' : schema ? 'json-schema' : 'none';
  return { logprobs, structured, ...(choices && { choicesField: choices }) };
}

/** What was found of each ability, in words, and where the profile says otherwise. */
export function formatAbilities({ logprobs, schema, choices }: Abilities, profile: Profile): string[] {
  const say = (has: boolean, claimed: boolean, what: string) =>
    `It ${has ? 'does' : 'does not'} ${what}${has === claimed ? '' : `, though the profile says that it ${claimed ? 'does' : 'does not'}`}.`;
  return [
    say(logprobs, profile.logprobs, 'give the alternatives of a token'),
    say(schema, profile.structured !== 'none', 'keep to a JSON schema'),
    say(choices !== undefined, profile.structured === 'guided-choice', 'keep to the choices it is offered'),
  ];
}
