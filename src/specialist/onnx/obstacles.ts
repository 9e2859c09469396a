import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { Device } from '../device.ts';

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
