import { createHash } from 'node:crypto';
import type { LessonData } from '../page/lesson/data.ts';
import { bundleOf } from './assets.ts';

export interface LessonFile extends Omit<LessonData, 'picture'> {
  /** The picture, oriented, as JPEG. */
  readonly jpeg: Uint8Array;
}

/**
 * A lesson as one HTML file that holds all it needs and asks nothing of anywhere: picture, data, script and styles. Its
 * policy lets only these run, by their hashes.
 *
 * @example
 * await writeFileAtomic('why.html', await lessonFile({ answer, jpeg, size: { width: 852, height: 1280 } }));
 */
export async function lessonFile({ jpeg, ...rest }: LessonFile): Promise<string> {
  const { script, styles } = await bundleOf('lesson-file');
  const picture = `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
  const data: LessonData = { ...rest, picture };
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(styles)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Spotter: ${escaped(rest.answer.expression)}</title>
<link rel="icon" href="data:,">
<style>${styles}</style>
</head>
<body>
<div id="page"></div>
<noscript>This page needs JavaScript.</noscript>
<script type="application/json" id="data">${jsonForHtml(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** JSON that ends no element and begins none. */
const jsonForHtml = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (c) => ESCAPES[c]!);
