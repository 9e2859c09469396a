import { describe, expect, it } from 'vitest';
import { contrast } from '../../../src/annotate/canvas.ts';
import { COLOURS, declarations } from '../../../src/evaluate/page/html.ts';

/** What WCAG 2 asks of text (AA), and of marks in a plot. */
const TEXT = 4.5;
const MARK = 3;

describe.each(['light', 'dark'] as const)('the %s colours', (theme) => {
  const colours = COLOURS[theme];

  it.each(['ink', 'muted', 'accent', 'warning'] as const)('let %s be read', (name) => {
    expect(contrast(colours[name], colours.surface)).toBeGreaterThanOrEqual(TEXT);
    expect(contrast(colours[name], colours.raised)).toBeGreaterThanOrEqual(TEXT);
  });

  it.each(['found', 'not-present', 'undecided', 'error'] as const)(
    'show %s, and what is written on it',
    (name) => {
      expect(contrast(colours[name], colours.surface)).toBeGreaterThanOrEqual(MARK);
      expect(contrast(colours[name], colours.on)).toBeGreaterThanOrEqual(MARK);
    },
  );

  it('are declared, each once', () => {
    const declared = declarations(theme).match(/--[a-z-]+: rgb\(\d+ \d+ \d+\);/g);
    expect(declared).toHaveLength(Object.keys(colours).length);
    expect(new Set(declared?.map((one) => one.split(':')[0])).size).toBe(declared?.length);
  });
});
