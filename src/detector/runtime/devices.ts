import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Device, OPTIMISATIONS } from '../../config.ts';
import { messageOf, SpotterError } from '../../errors.ts';
import type { Attempt, Refused } from '../worker/protocol.ts';
import { NO_TELEMETRY } from './telemetry.ts';

export interface Provider {
  /** "cpu", "webgpu", "cuda" … */
  readonly name: string;
  /** As ONNX Runtime claims; that of CUDA needs libraries which are not in the package all the same. */
  readonly bundled: boolean;
}

const PROGRAM =
  "import { listSupportedBackends } from 'onnxruntime-node'; console.log(JSON.stringify(listSupportedBackends()));";

/**
 * The execution providers that ONNX Runtime was built with here; whether one works is known only by using it.
 * Asked in a process of its own, since a binary that does not suit the machine may crash while it is loaded.
 * @throws SpotterError detector-down
 */
export async function listProviders(signal?: AbortSignal): Promise<Provider[]> {
  // Modules are looked for from the working directory, so it has to be this one.
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const args = ['--input-type=module', '--eval', PROGRAM];
  try {
    const env = { ...process.env, ...NO_TELEMETRY };
    const options = { cwd, env, timeout: 30_000, ...(signal && { signal }) };
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    return JSON.parse(stdout);
  } catch (thrown) {
    const { stderr = '', message } = thrown as Error & { stderr?: string };
    const why = /^\w*Error.*$/m.exec(stderr)?.[0] ?? message;
    throw new SpotterError('detector-down', 'ONNX Runtime does not load.', why, thrown);
  }
}

export interface Choice<S> {
  /** In this order. */
  readonly devices: readonly Device[];
  /** Why a device needs no try. */
  ruledOut(device: Device): string | undefined;
  /** Opens a session and shows that it runs. @throws whatever is against that */
  open(attempt: Attempt): Promise<S>;
  /** A refusal in words that help. */
  explain(device: Device, said: string): string;
}

export interface Chosen<S> extends Attempt {
  readonly session: S;
  readonly refused: readonly Refused[];
}

/** No way to run a model was left. */
export class AllRefused extends Error {
  readonly refused: readonly Refused[];
  constructor(refused: readonly Refused[]) {
    super(refused.at(-1)?.why);
    this.refused = refused;
  }
}

/** It runs, but no optimisation makes it worth running here. */
export class NotWorthIt extends Error {}

/** The file itself, a library, a driver, a card or its memory: less optimisation does not help against those. */
const NO_MATTER_OF_OPTIMISATION =
  /^Load model from|shared library|WebGPU adapter|backend not found|CUDA (failure|error)|out of memory|failed to allocate/i;

const mayBeOptimisation = (thrown: unknown): boolean =>
  !(thrown instanceof NotWorthIt) && !NO_MATTER_OF_OPTIMISATION.test(messageOf(thrown));

/**
 * The first device that runs a model, with as much optimisation as it survives there: some half precision graphs only
 * load, or only run, with less.
 * @throws AllRefused
 */
export async function choose<S>({ devices, ruledOut, open, explain }: Choice<S>): Promise<Chosen<S>> {
  const refused: Refused[] = [];
  for (const device of devices) {
    const no = ruledOut(device);
    if (no) {
      refused.push({ device, optimisation: 'all', why: no });
      continue;
    }
    for (const optimisation of OPTIMISATIONS) {
      try {
        const session = await open({ device, optimisation });
        return { device, optimisation, session, refused };
      } catch (thrown) {
        refused.push({ device, optimisation, why: explain(device, messageOf(thrown)) });
        if (!mayBeOptimisation(thrown)) break;
      }
    }
  }
  throw new AllRefused(refused);
}

/** Why a device cannot be used, as far as can be told from outside ONNX Runtime, which is sparing with reasons. */
interface Obstacles {
  /** What makes a try needless, given whether the device was asked for by name. */
  ruledOut(named: boolean): string | undefined;
  /** What was said, with its reason; undefined where nothing is known about it. */
  explain(said: string): string | undefined;
  /** What to do about it. */
  readonly advice: string;
}

/** The folder of ONNX Runtime's libraries for this platform; there need not be one. */
export const runtimeFolder = (): string => {
  const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  return join(root, 'bin/napi-v6', process.platform, process.arch);
};

/** What ONNX Runtime needs beside its own library to use CUDA; the second needs the first. */
export const CUDA_LIBRARIES = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

/** Device files of graphics cards: Linux DRM, NVIDIA, WSL, and those of some ARM boards. */
const CARD = /^(renderD\d+|nvidia\d+|dxg|mali\d*|kgsl-3d\d+)$/;

const OBSTACLES: Readonly<Record<Device, Obstacles>> = {
  cuda: {
    ruledOut: () => {
      const here = `${process.platform}/${process.arch}`;
      if (here !== 'linux/x64')
        return `ONNX Runtime for Node.js has CUDA on linux/x64 only, this is ${here}.`;
      const there = CUDA_LIBRARIES.every((name) => existsSync(join(runtimeFolder(), name)));
      return there ? undefined : 'Its libraries are not installed: "npm run gpu:install" fetches them.';
    },
    explain: (said) => {
      if (!/shared library/i.test(said)) return undefined;
      const why = CUDA_LIBRARIES.map((name) => whyNotLoaded(join(runtimeFolder(), name))).find(Boolean);
      return why && `Its libraries do not load: ${why}.`;
    },
    advice: 'See docs/gpu.md for the driver, CUDA 13 and cuDNN 9.',
  },
  webgpu: {
    // Without a card an adapter can only be software, hundreds of times slower than the processor itself.
    ruledOut: (named) =>
      named || process.platform !== 'linux' || hasCard() ? undefined : 'There is no graphics card in /dev.',
    explain: (said) => {
      if (!/WebGPU adapter/i.test(said)) return undefined;
      const loader = process.platform === 'linux' && whyNotLoaded('libvulkan.so.1');
      return `There is no adapter: ${loader || 'no driver offers a graphics card here'}.`;
    },
    advice: "Install the graphics card's Vulkan driver and libvulkan1; see docs/gpu.md.",
  },
  cpu: { ruledOut: () => undefined, explain: () => undefined, advice: '' },
};

export const ruledOut = (device: Device, named: boolean): string | undefined =>
  OBSTACLES[device].ruledOut(named);

/** A refusal in one line: with its reason where one is found, else what was said without the places in its source. */
export const explain = (device: Device, said: string): string =>
  OBSTACLES[device].explain(said) ??
  said
    .replace(/\/onnxruntime_src\/\S+ .*? was false\. /g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 400);

export const adviceOn = (device: Device): string => OBSTACLES[device].advice;

function hasCard(): boolean {
  return ['/dev', '/dev/dri'].some((folder) => {
    try {
      return readdirSync(folder).some((name) => CARD.test(name));
    } catch {
      return false;
    }
  });
}

/** What the system's loader says against a library; undefined when it loads. */
function whyNotLoaded(file: string): string | undefined {
  try {
    process.dlopen({ exports: {} }, file, constants.dlopen.RTLD_LAZY | constants.dlopen.RTLD_GLOBAL);
  } catch (thrown) {
    const said = (thrown as Error).message;
    // It was loaded, and is no add-on of Node.js; nobody claimed that.
    if (said.includes('did not self-register')) return undefined;
    return said.replace(/: cannot open shared object file: No such file or directory$/, ' is missing');
  }
  return undefined;
}
