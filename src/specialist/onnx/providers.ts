import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SpotterError } from '../../errors.ts';
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
