import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { type Box, iou } from '../box.ts';
import { writeFileAtomic } from '../files.ts';
import type { Size } from '../picture/picture.ts';
import { squash } from '../picture/tensor.ts';
import { encodeJpeg } from '../picture/text.ts';
import { createSingleFlight, inMemory } from '../single-flight.ts';
import { createMllm, type MllmOptions } from './client.ts';
import { openEndpoint } from './endpoint.ts';
import type { Mllm, MllmImage, MllmRequest } from './mllm.ts';
import { namesBoth, short, TWO_COLOURS_QUESTION, twoColours } from './probe.ts';
import { CONVENTIONS, type Profile, profileFor } from './profile.ts';
import { readBox } from './reply/box.ts';
import { MllmFailure } from './transport.ts';

export interface CheckedOptions extends MllmOptions {
  /** Whether it is shown made-up pictures before it is believed. */
  readonly probing: boolean;
  /** Where what was found is kept between processes; nowhere unless told. */
  readonly file?: string;
  /** 0 up to 1. */
  readonly random?: () => number;
}

/** What was found out about a model at an endpoint. */
const Finding = z.strictObject({
  at: z.number(),
  /** What it said of two colours, where that was not what they are. */
  blind: z.string().optional(),
  sees: z.boolean().optional(),
  coordinates: z.enum(CONVENTIONS).optional(),
});
type Finding = z.infer<typeof Finding>;
const Findings = z.record(z.string(), Finding);

/** A server may start another model under the same name. */
const KEPT_MS = 7 * 86_400_000;
const PROBE_TOKENS = 40;

/**
 * A language model that is not believed before it has shown that it sees: the first question with a picture is preceded
 * by one about two colours, and the first one for a box, of a model of which nobody has said how it writes boxes, by
 * what its server says of it and then by one about a rectangle. What is found is kept for a week.
 * @throws as `createMllm`
 */
export function createCheckedMllm(options: CheckedOptions): Mllm {
  const { model, profile, probing, file, random = Math.random } = options;
  const mllm = createMllm(options);
  const endpoint = openEndpoint(options);
  const { host } = endpoint;
  const key = createHash('sha256')
    .update(JSON.stringify([mllm.where, model]))
    .digest('hex');
  let known: Promise<Finding> | undefined;
  const sights = createSingleFlight(inMemory<Finding>(1));
  const profiles = createSingleFlight(inMemory<Profile>(1));

  const found = async (): Promise<Finding> => {
    known ??= file === undefined ? Promise.resolve({ at: Date.now() }) : readFinding(file, key);
    return known;
  };
  const learn = async (more: Omit<Finding, 'at'>): Promise<Finding> => {
    const finding = { ...(await found()), ...more, at: Date.now() };
    known = Promise.resolve(finding);
    if (file !== undefined) await keep(file, key, finding);
    return finding;
  };

  /** @throws MllmFailure blind, or what asking it throws */
  async function look(request: Check): Promise<Finding> {
    const finding = await found();
    if (finding.blind !== undefined) throw new MllmFailure('blind', { host, detail: finding.blind });
    if (finding.sees) return finding;
    const { image, names } = await twoColours(random);
    const { text } = await mllm.ask({ ...small(request), prompt: TWO_COLOURS_QUESTION, images: [image] });
    if (namesBoth(text, names)) return learn({ sees: true });
    const said = `shown ${names.join(' and ')} it says "${short(text)}"`;
    await learn({ blind: said });
    throw new MllmFailure('blind', { host, detail: said });
  }

  /** @throws MllmFailure coordinates, or what asking it throws */
  async function locate(request: Check): Promise<Profile> {
    const served = await servedAs(request.signal);
    if (served && !served.coordinatesGuessed) return { ...served, name: profile.name };
    const { coordinates } = await found();
    if (coordinates) return { ...profile, coordinates };
    if (!probing) throw new MllmFailure('coordinates', { host });
    const { image, size, box } = await rectangle();
    const { text, finish } = await mllm.ask({
      ...small(request),
      prompt: RECTANGLE_QUESTION,
      images: [image],
    });
    const fitting = CONVENTIONS.filter((convention) => {
      const read = readBox({ text, finish }, convention, squash(size, size));
      return read.kind === 'boxes' && iou(read.boxes[0], box) > SAME_RECTANGLE;
    });
    const [only] = fitting;
    if (fitting.length !== 1 || !only)
      throw new MllmFailure('coordinates', {
        host,
        detail: `asked for a rectangle it says "${text.slice(0, 60)}"`,
      });
    await learn({ coordinates: only });
    return { ...profile, coordinates: only };
  }

  /** The profile of what the server says that the model is: vLLM tells the folder or the name of its weights as "root". */
  async function servedAs(signal: AbortSignal | undefined): Promise<Profile | undefined> {
    const listed = await endpoint.models(signal ?? new AbortController().signal).catch(() => undefined);
    const read = List.safeParse(listed);
    const root = read.data?.data.find(({ id }) => id === model)?.root;
    return root === undefined || root === model
      ? undefined
      : profileFor(root.split(/[\\/]/).slice(-2).join('/'));
  }

  return {
    ...mllm,
    async ask(request) {
      if (probing && request.images?.length) {
        await sights('', (signal) => look({ ...request, signal }), request.signal);
      }
      return mllm.ask(request);
    },
    async profileForBoxes(request) {
      if (!profile.coordinatesGuessed) return profile;
      return profiles('', (signal) => locate({ ...request, signal }), request.signal);
    },
  };
}

const List = z.looseObject({
  data: z.array(z.looseObject({ id: z.string(), root: z.string().max(1000).optional() })),
});

type Check = Pick<MllmRequest, 'signal' | 'timeoutMs' | 'onCost'>;

const small = ({ signal, timeoutMs, onCost }: Check) => ({
  maxTokens: PROBE_TOKENS,
  ...(signal && { signal }),
  ...(timeoutMs !== undefined && { timeoutMs }),
  ...(onCost && { onCost }),
});

const RECTANGLE_QUESTION =
  'This picture has one red rectangle. Where is it? Answer with its bounding box alone: the left, top, right and bottom edge in the coordinates that you use for boxes.';
/** Far from what another convention would make of the same numbers. */
const SAME_RECTANGLE = 0.6;

/** A grey picture with a red rectangle, which no two conventions write with numbers alike. */
async function rectangle(): Promise<{ image: MllmImage; size: Size; box: Box }> {
  const size = { width: 672, height: 448 };
  const box: Box = [392, 84, 588, 224];
  const data = new Uint8Array(size.width * size.height * 3).fill(150);
  for (let y = box[1]; y < box[3]; y++)
    for (let x = box[0]; x < box[2]; x++) data.set([220, 20, 30], (y * size.width + x) * 3);
  return { image: { mime: 'image/jpeg', bytes: await encodeJpeg({ ...size, data }) }, size, box };
}

async function readAll(file: string): Promise<Record<string, Finding>> {
  try {
    return Findings.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Not there, or from another version: then it is found out again.
    return {};
  }
}

async function readFinding(file: string, key: string): Promise<Finding> {
  const found = (await readAll(file))[key];
  return found && Date.now() - found.at < KEPT_MS ? found : { at: Date.now() };
}

/** What cannot be kept is found out again. */
async function keep(file: string, key: string, finding: Finding): Promise<void> {
  const all = { ...(await readAll(file)), [key]: finding };
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFileAtomic(file, JSON.stringify(all));
  } catch {}
}
