import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { drawText, type Font, type TextMask } from '../../src/picture/text.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const FONT: Font = {
  name: 'DejaVu Sans Condensed Bold',
  file: join(root, 'src/annotate/fonts/DejaVuSansCondensed-Bold.ttf'),
  config: join(root, 'src/annotate/fonts/fonts.conf'),
};

const ink = (mask: TextMask, from = 0, to = mask.width) => {
  let sum = 0;
  for (let y = 0; y < mask.height; y++) {
    for (let x = from; x < to; x++) sum += mask.data[y * mask.width + x]!;
  }
  return sum / 255;
};

describe('drawText', () => {
  it('draws ink from the first to the last column, and nothing of its own bar', async () => {
    const i = await drawText('i', 40, FONT);
    const ii = await drawText('ii', 40, FONT);
    expect(i.data.length).toBe(i.width * i.height);
    expect(ink(i, 0, 1)).toBeGreaterThan(0);
    expect(ink(ii, ii.width - 1)).toBeGreaterThan(0);
    expect(ink(ii) / ink(i)).toBeCloseTo(2, 1);
  });

  it('gives every line of one size the same height, so that base lines agree', async () => {
    const lines = await Promise.all(['dog', 'cat', 'xxx', '...', '1', 'Å'].map((t) => drawText(t, 30, FONT)));
    const heights = new Set(lines.map((line) => line.bottom - line.top));
    expect(heights.size).toBe(1);
    expect([...heights][0]).toBeGreaterThan(25);
    expect([...heights][0]).toBeLessThan(35);
  });

  it('grows with the size', async () => {
    const [small, large] = await Promise.all([
      drawText('dog 87 %', 14, FONT),
      drawText('dog 87 %', 42, FONT),
    ]);
    expect(large.width / small.width).toBeCloseTo(3, 0);
  });

  it('draws markup as it stands', async () => {
    const [plain, markup] = await Promise.all([drawText('x', 20, FONT), drawText('<b>x</b>&amp;', 20, FONT)]);
    expect(markup.width).toBeGreaterThan(6 * plain.width);
  });

  it('draws other scripts of the font, also from right to left', async () => {
    for (const words of ['Ångström', 'собака', 'σκύλος', 'כלב', 'كلب']) {
      expect(ink(await drawText(words, 20, FONT)), words).toBeGreaterThan(50);
    }
  });

  it('is empty for empty text', async () => {
    expect(await drawText('', 20, FONT)).toMatchObject({ width: 0, height: 0 });
    expect(await drawText('  ', 20, FONT)).toMatchObject({ width: 0 });
  });

  // What fontconfig sees on a machine without fonts: this font and its configuration, nothing of the system.
  it('draws the same, and nothing on stderr, where the system has no fonts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fonts-'));
    try {
      const config = (await readFile(FONT.config, 'utf8'))
        .replace(/<include.*\/include>/, '')
        .replace('<dir prefix="relative">.</dir>', `<dir>${join(root, 'src/annotate/fonts')}</dir>`);
      expect(config).not.toContain('/etc/fonts');
      await writeFile(join(folder, 'fonts.conf'), config);
      const script = join(folder, 'draw.mts');
      await writeFile(
        script,
        `const { drawText } = await import(${JSON.stringify(join(root, 'src/picture/text.ts'))});
         const { width, data } = await drawText('dog 87 %', 30, ${JSON.stringify(FONT)});
         console.log(JSON.stringify({ width, ink: data.reduce((a, b) => a + b, 0) / 255 }));`,
      );
      const env = { ...process.env, FONTCONFIG_FILE: join(folder, 'fonts.conf'), HOME: folder };
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        [join(root, 'bin/run.js'), script],
        { env },
      );
      const here = await drawText('dog 87 %', 30, FONT);
      const there = JSON.parse(stdout) as { width: number; ink: number };
      expect(stderr).toBe('');
      expect(Math.abs(there.width - here.width)).toBeLessThanOrEqual(2);
      expect(there.ink / ink(here)).toBeCloseTo(1, 1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
