import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SpotterError } from '../../errors.ts';
import { writableTarget, writeFileAtomic } from '../../files.ts';
import type { Calibration } from '../../verdict/calibration.ts';

/** Of a calibration, also one for other features: fitting anew is what it is waiting for. */
const Known = z.looseObject({
  features: z.array(z.string()),
  strategies: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Writes a calibration for the bot to load. What is measured of other strategies and lies there is not thrown away.
 * @throws SpotterError cannot-write; bad-usage where something else lies there, or a calibration that knows more
 */
export async function writeCalibration(out: string, calibration: Calibration): Promise<void> {
  // Nothing may ever come from a pipe.
  await writableTarget(out);
  const there = await readFile(out, 'utf8').catch(() => undefined);
  if (there !== undefined) refuseLoss(out, there, calibration);
  await writeFileAtomic(out, `${JSON.stringify(calibration, null, 2)}\n`);
}

function refuseLoss(out: string, there: string, { strategies = {} }: Calibration): void {
  const lost = Object.keys(known(out, there).strategies).filter((name) => !(name in strategies));
  if (lost.length === 0) return;
  throw new SpotterError(
    'bad-usage',
    `${out} holds what was measured of ${lost.join(' and ')}, which would be lost.`,
    'Let SPOTTER_CALIBRATION name it to add to it, or name another --out.',
  );
}

function known(out: string, there: string): z.infer<typeof Known> {
  try {
    return Known.parse(JSON.parse(there));
  } catch (cause) {
    throw new SpotterError(
      'bad-usage',
      `${out} is there, and is no calibration.`,
      'Name another --out.',
      cause,
    );
  }
}
