// npm run gpu:install [-- --dry-run]: fetches what ONNX Runtime needs for CUDA, and says what is still in the way.

import { readConfig } from '../config.ts';
import { asSpotterError } from '../errors.ts';
import { createModels } from '../models/models.ts';
import { cudaLibraries, installCudaLibraries } from './runtime/cuda-installer.ts';
import { createDetectorHost } from './worker/host.ts';

/** Of the same libraries in the Python package of version 1.30.0: compressed, and installed. */
const ABOUT = 'about 250 MB to download, 275 MB on disk';

async function main(args: readonly string[]): Promise<void> {
  const libraries = cudaLibraries();
  console.log(`${libraries.package} ${libraries.version}, from ${libraries.from}: ${ABOUT}.`);
  for (const file of libraries.files) console.log(`  ${file}`);
  console.log(`into ${libraries.folder}. "npm ci" removes it again.`);
  if (args.includes('--dry-run')) return;
  await installCudaLibraries(libraries);
  console.log('Installed. They need an NVIDIA driver, CUDA 13 and cuDNN 9: see docs/gpu.md. Trying:');
  console.log(await tryCuda());
}

/** Whether a model runs now, in a sentence; what is missing is no failure of the installation. */
async function tryCuda(): Promise<string> {
  const host = createDetectorHost({ device: 'cuda' });
  try {
    const { ms } = await host.load(createModels(readConfig()).open('starter').weights);
    return `CUDA works, loaded in ${Math.round(ms)} ms. "npx spotter doctor" shows what is in use.`;
  } catch (thrown) {
    const { message, hint } = asSpotterError(thrown);
    return `Not yet. ${message} ${hint}`;
  } finally {
    await host.close();
  }
}

main(process.argv.slice(2)).catch((thrown) => {
  const { message, hint } = asSpotterError(thrown);
  console.error(message, hint);
  process.exitCode = 1;
});
