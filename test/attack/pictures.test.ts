import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ErrorCode, SpotterError } from '../../src/errors.ts';
import { decoderPids, readPicture } from '../../src/picture/read.ts';
import { HOSTILE_PICTURES } from './hostile-pictures.ts';

const CODES: readonly ErrorCode[] = [
  'too-many-pixels',
  'too-costly',
  'unsupported-picture',
  'broken-picture',
];
/** What all processes together may take, less the bot and its detector. */
const MAX_DECODER_MB = 480;

/** The most memory that a process has had, in MB. */
const peakOf = (pid: number): number => {
  const [, kb = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1e3;
};

async function peakDuring(work: Promise<unknown>): Promise<number> {
  let peak = 0;
  const look = setInterval(() => {
    for (const pid of decoderPids()) {
      try {
        peak = Math.max(peak, peakOf(pid));
      } catch {
        // It has just ended.
      }
    }
  }, 10);
  await work;
  clearInterval(look);
  return peak;
}

const small = (): Promise<Buffer> =>
  sharp({
    create: { width: 64, height: 48, channels: 3, background: { r: Math.random() * 255, g: 0, b: 0 } },
  })
    .png()
    .toBuffer();

describe.skipIf(process.platform !== 'linux')('a hostile picture', () => {
  it.each(HOSTILE_PICTURES)('is read or refused within bounds: $name', async ({ bytes }) => {
    const picture = await bytes();
    await readPicture(await small());
    const reading = readPicture(picture).then(
      ({ raster }) => expect(raster.data).toHaveLength(raster.width * raster.height * 3),
      ({ code, message, hint }: SpotterError) => {
        expect(CODES).toContain(code);
        expect(message).toMatch(/^[A-Z].*\.$/);
        expect(hint).not.toBe('');
      },
    );
    expect(await peakDuring(reading)).toBeLessThan(MAX_DECODER_MB);
    expect((await readPicture(await small())).width).toBe(64);
  });
});

it('two at once keep nobody else waiting', async () => {
  const [cropped] = HOSTILE_PICTURES.filter(({ name }) => name.includes('says 8 x 8'));
  const bytes = await cropped!.bytes();
  const hostile = [0, 1].map((i) => readPicture(Buffer.concat([bytes, Buffer.from([i])])).catch(() => {}));
  expect((await readPicture(await small())).height).toBe(48);
  await Promise.all(hostile);
});
