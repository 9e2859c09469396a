import { type Finding, KINDS } from '../../../src/evaluate/parity/finding.ts';
import { readGolden } from '../../../src/evaluate/parity/golden.ts';
import { modelInFolder } from '../../../src/evaluate/parity/model-folder.ts';
import { runParity } from '../../../src/evaluate/parity/parity.ts';
import { safe, safeJson } from '../../../src/safe-text.ts';
import { createDetectorHost } from '../../../src/specialist/host/host.ts';
import type { Console } from '../console.ts';
import { UNWELL_EXIT } from '../exit-codes.ts';
import { type Progress, startProgress } from '../progress.ts';
import type { ParityRequest } from './declare.ts';
import type { Action } from './models-command.ts';

/** Compares a model, as Spotter runs it, with golden vectors of the reference; resolves to the exit code. */
export const parity: Action<ParityRequest> = async (
  { model: folder, golden: goldenFolder, options },
  _models,
  console,
  signal,
) => {
  const golden = readGolden(goldenFolder);
  const model = await modelInFolder(folder, options.weights);
  const host = createDetectorHost({ device: options.device });
  let progress: Progress | undefined;
  const onProgress = (text: string): void => {
    progress?.stop();
    progress = startProgress(console.stderr, text);
  };
  try {
    const around = [folder, process.cwd()];
    const found = await runParity({
      model,
      golden,
      host,
      around,
      photos: options.photos,
      signal,
      onProgress,
    });
    progress?.stop();
    const ok = found.every((finding) => finding.ok);
    if (options.json) console.print(safeJson({ ok, model: folder, golden: goldenFolder, checks: found }));
    else console.print(...found.flatMap((finding) => lines(finding, console.paint)));
    return ok ? 0 : UNWELL_EXIT;
  } finally {
    progress?.stop();
    await host.close();
  }
};

const WIDTH = Math.max(...Object.keys(KINDS).map((kind) => kind.length));

/** "ok    offsets      32 texts   worst 0 characters, limit 0", and what could not be compared. */
function lines(finding: Finding, paint: Console['paint']): string[] {
  const { kind, count, each, worst, limit, unit, at, notRun, ok } = finding;
  const mark = ok ? paint('green', 'ok  ') : paint(['bold', 'red'], 'FAIL');
  const said =
    worst === null
      ? 'not run'
      : `worst ${number(worst)}${unit && ` ${unit}`}, limit ${number(limit)}${at === null ? '' : ` (${safe(at)})`}`;
  return [
    `${mark}  ${kind.padEnd(WIDTH)}  ${`${count} ${each}`.padEnd(12)}  ${said}`,
    ...notRun.map((why) => `      ${''.padEnd(WIDTH)}  not run: ${safe(why)}`),
  ];
}

const number = (n: number): string => String(Number(n.toPrecision(2)));
