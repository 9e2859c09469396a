import { SpotterError } from '../errors.ts';
import { readBytes } from '../picture/bytes.ts';
import { inBytes } from '../picture/limits.ts';
import { expired, failed } from './failures.ts';
import type { Reply } from './request.ts';

const EXPIRED: readonly number[] = [403, 404, 410];

const WORDS: Readonly<Record<number, string>> = {
  401: 'its server does not give it without a login (401)',
  429: 'its server wants to be asked less often (429)',
  503: 'its server is overloaded (503)',
};

/**
 * The body of an answer that brings a file, never holding more than `maxBytes` and one piece.
 * @throws SpotterError link-expired, link-failed, too-many-bytes, empty-file; what the network throws
 */
export async function receive(reply: Reply, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const { status, headers, body } = reply;
  if (EXPIRED.includes(status)) throw expired(status);
  if (status !== 200) throw failed(WORDS[status] ?? `its server answers with ${status}`);
  // It was asked not to; and a small file may become a very large one.
  if (!/^(identity|none)?$/i.test(told(headers, 'content-encoding')))
    throw failed('its server compresses it');
  const length = Number(told(headers, 'content-length'));
  if (length > maxBytes) {
    const sentence = `The file is too large: it has ${inBytes(length)}, the limit is ${inBytes(maxBytes)}.`;
    throw new SpotterError('too-many-bytes', sentence, 'Send a smaller version of the picture.');
  }
  return readBytes(body, { maxBytes }, signal);
}

const HEAD = 2048;
/**
 * The beginning of a page, after an XML declaration and comments. A comment ends where it first can, so that there is one
 * way to read many of them, not a number that grows exponentially.
 */
const PAGE =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->)[\s\S])*-->\s*)*<(?:!doctype html|html|head|body|title|meta|script)\b/i;

/** Whether bytes are a web page: types that servers tell are believed only where the bytes do not say otherwise. */
export function isWebPage(bytes: Uint8Array, { headers }: Pick<Reply, 'headers'>): boolean {
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD));
  const html = /^(text\/html|application\/xhtml\+xml)\b/i.test(told(headers, 'content-type'));
  return PAGE.test(head) || (html && /^\s*</.test(head));
}

const told = (headers: Reply['headers'], name: string): string => String(headers[name] ?? '').trim();
