import { fileTypeFromBuffer } from 'file-type';
import { SpotterError } from '../errors.ts';
import type { PictureFormat } from './picture.ts';

const READABLE: Readonly<Record<string, PictureFormat>> = {
  jpg: 'jpeg',
  png: 'png',
  apng: 'png',
  webp: 'webp',
  gif: 'gif',
  avif: 'avif',
  tif: 'tiff',
};

const SUPPORTED = 'Send a JPEG, PNG, WebP, GIF, AVIF or TIFF picture.';

/** What text turns out to be, most telling first; `picture` marks those that are pictures all the same. */
const TEXTS: readonly { readonly pattern: RegExp; readonly name: string; readonly picture?: true }[] = [
  { pattern: /<svg[\s>]/i, name: 'an SVG drawing', picture: true },
  { pattern: /^\s*(<!doctype html|<html)/i, name: 'a web page (HTML)' },
  { pattern: /^\s*[[{]/, name: 'JSON or other text' },
  { pattern: /^/, name: 'text' },
];

/**
 * The format of a picture, judged by its bytes alone: file names and MIME types lie.
 *
 * @throws SpotterError unsupported-picture (SVG, HEIC, BMP, camera raw …), not-a-picture (all else)
 */
export async function sniffFormat(bytes: Uint8Array): Promise<PictureFormat> {
  const type = await fileTypeFromBuffer(bytes).catch(() => undefined);
  const format = type ? READABLE[type.ext] : cutOffTiff(bytes);
  if (format) return format;
  const text = textOf(bytes);
  if (text !== undefined) {
    const { name, picture } = TEXTS.find(({ pattern }) => pattern.test(text))!;
    throw refusal(name, picture === true);
  }
  if (!type) {
    throw new SpotterError('not-a-picture', 'The file is not a picture: its kind is unknown.', SUPPORTED);
  }
  throw refusal(`a file of type ${type.ext.toUpperCase()}`, type.mime.startsWith('image/'));
}

function refusal(name: string, picture: boolean): SpotterError {
  return picture
    ? new SpotterError(
        'unsupported-picture',
        `The picture seems to be ${name}, which cannot be read.`,
        SUPPORTED,
      )
    : new SpotterError('not-a-picture', `The file is not a picture: it seems to be ${name}.`, SUPPORTED);
}

/** A TIFF's directory is often at its end; without it file-type does not know one, but the decoder can say why. */
function cutOffTiff(bytes: Uint8Array): 'tiff' | undefined {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  return magic === 'II*\0' || magic === 'MM\0*' ? 'tiff' : undefined;
}

/** The beginning as text, where all of it is text: UTF-8 or, with a byte order mark, UTF-16. */
function textOf(bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, 4096);
  const utf16 = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : undefined;
  try {
    // `stream` forgives a character cut in two at the end of the excerpt.
    const text = new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(head, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text
    return /[\x00-\x08\x0e-\x1a]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
