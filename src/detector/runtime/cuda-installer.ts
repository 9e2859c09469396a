import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as z from 'zod';
import { SpotterError } from '../../errors.ts';
import { runtimeFolder } from './devices.ts';

const require = createRequire(import.meta.url);

/** What ONNX Runtime's own installer knows, as far as it is needed here. */
const Metadata = z.object({
  requirements: z.record(z.string(), z.array(z.string())),
  manifests: z.record(z.string(), z.record(z.string(), z.object({ package: z.string() }))),
  packages: z.record(
    z.string(),
    z.object({ name: z.string(), versions: z.array(z.object({ feed: z.string(), version: z.string() })) }),
  ),
  feeds: z.record(z.string(), z.object({ index: z.string() })),
});

/** What would be fetched, whence, and where to. */
export interface CudaLibraries {
  readonly package: string;
  readonly version: string;
  readonly from: string;
  readonly folder: string;
  readonly files: readonly string[];
}

/** @throws SpotterError bad-usage where ONNX Runtime has no CUDA for this platform, or another installer than known */
export function cudaLibraries(platform = `${process.platform}/${process.arch}`): CudaLibraries {
  const metadata = Metadata.safeParse(require('onnxruntime-node/script/install-metadata.js')).data;
  const [name] = metadata?.requirements[platform] ?? [];
  const files = metadata?.manifests[`${platform}:${name}`];
  const [first] = Object.values(files ?? {});
  const wanted = first && metadata?.packages[first.package];
  const version = wanted?.versions[0];
  if (!files || !wanted || !version) {
    const sentence = `ONNX Runtime for Node.js comes without CUDA for ${platform}.`;
    throw new SpotterError('bad-usage', sentence, 'CUDA is for linux/x64; see docs/gpu.md for WebGPU.');
  }
  return {
    package: wanted.name,
    version: version.version,
    from: metadata.feeds[version.feed]?.index ?? version.feed,
    folder: runtimeFolder(),
    files: Object.keys(files).map((file) => file.replace(/^\.\//, '')),
  };
}

/** Variables that the installer reads instead of those that everybody sets. */
const proxies = ({
  HTTPS_PROXY,
  https_proxy,
  HTTP_PROXY,
  http_proxy,
  NO_PROXY,
  no_proxy,
}: NodeJS.ProcessEnv) => {
  const proxy = HTTPS_PROXY ?? https_proxy ?? HTTP_PROXY ?? http_proxy;
  const except = NO_PROXY ?? no_proxy;
  return {
    ...(proxy && { GLOBAL_AGENT_HTTP_PROXY: proxy }),
    ...(except && { GLOBAL_AGENT_NO_PROXY: except }),
  };
};

/**
 * Runs ONNX Runtime's own installer, which says what it does and compares checksums while it unpacks.
 * @throws SpotterError download-failed, also when what lies there afterwards are no libraries
 */
export async function installCudaLibraries({ folder, files }: CudaLibraries): Promise<void> {
  // "cuda12", which its documentation offers, is the same as nothing in version 1.30.
  const env = { ...proxies(process.env), ...process.env, ONNXRUNTIME_NODE_INSTALL: 'true' };
  const script = require.resolve('onnxruntime-node/script/install.js');
  const installer = spawn(process.execPath, [script], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(installer, 'close');
  const missing = files.filter((file) => !isLibrary(join(folder, file)));
  if (code === 0 && missing.length === 0) return;
  const why =
    code === 0 ? `Not there, or no libraries: ${missing.join(', ')}.` : 'What it said stands above.';
  const hint = `${why} Behind a proxy, set HTTPS_PROXY. "npm ci" brings everything back to where it was.`;
  throw new SpotterError('download-failed', "ONNX Runtime's installer failed.", hint);
}

const ELF = '\x7fELF';

function isLibrary(file: string): boolean {
  try {
    const start = Buffer.alloc(ELF.length);
    const handle = openSync(file, 'r');
    readSync(handle, start);
    closeSync(handle);
    return start.toString('latin1') === ELF;
  } catch {
    return false;
  }
}
