import { isWhole } from '../registry/hash.ts';
import { SourceFailure } from './failure.ts';
import { type Http, type Remote, type Reply, shown } from './http.ts';
import type { Part } from './part.ts';
import { type Wanted, wrongHash, wrongSize } from './wanted.ts';

export interface Attempt {
  readonly remote: Remote;
  readonly wanted: Wanted;
  readonly part: Part;
  readonly http: Http;
  readonly signal: AbortSignal;
  readonly onBytes: (received: number, total: number | undefined) => void;
}

/** What is known when all bytes are there. */
export interface Arrived {
  /** The sha256 that the server has told. */
  readonly stated?: string | undefined;
  /** Whether some of the bytes were there before the request, and may be those of another version. */
  readonly resumed: boolean;
}

/**
 * One request for what is missing of a part. Resolves when all of it is there; its hash is for the caller to check.
 * @throws SourceFailure; SpotterError cancelled, cannot-write, no-space
 */
export async function attempt({ remote, wanted, part, http, signal, onBytes }: Attempt): Promise<Arrived> {
  const url = shown(remote.url);
  const resumes = isResumable(part, wanted, url);
  // The earlier attempt has ended between the last byte and the check.
  if (resumes && part.size === (wanted.bytes ?? part.origin?.total)) return { resumed: true };
  const reply = await http.get(remote, resumes ? rangeOf(part, url) : PLAIN, signal);
  try {
    refuse(reply, remote, wanted);
    const total = totalOf(reply, resumes ? part.size : 0);
    const wrong = total === undefined ? undefined : wrongSize(wanted, total);
    if (wrong) throw new SourceFailure('elsewhere', wrong);
    if (reply.status === 200) await part.begin(originOf(reply, url, total));
    onBytes(part.size, total);
    for await (const chunk of reply.body) {
      if (part.size + chunk.length > wanted.most) {
        await part.discard();
        throw new SourceFailure('elsewhere', wrongSize(wanted, wanted.most + 1)!);
      }
      await part.append(chunk);
      onBytes(part.size, total);
    }
    if (part.size < (total ?? wanted.bytes ?? 0)) throw new SourceFailure('again', 'has cut the connection');
    return { stated: reply.stated, resumed: reply.status === 206 };
  } finally {
    reply.drop();
  }
}

/** Ranges count the bytes of the file itself, so it must not be compressed on the way. */
const PLAIN = { 'accept-encoding': 'identity' };

function rangeOf({ size, origin }: Part, url: string): Record<string, string> {
  const range = { ...PLAIN, range: `bytes=${size}-` };
  return origin?.url === url && origin.etag ? { ...range, 'if-range': origin.etag } : range;
}

/** More of the same bytes may follow if that is the same version, or if the hash will tell anyway. */
const isResumable = ({ size, origin }: Part, { hash }: Wanted, url: string): boolean =>
  size > 0 && (isWhole(hash) || (origin?.url === url && origin.etag !== undefined));

function originOf({ headers }: Reply, url: string, total: number | undefined) {
  const etag = String(headers.etag ?? '');
  const strong = /^"[^"]+"$/.test(etag);
  return { url, ...(strong ? { etag } : {}), ...(total === undefined ? {} : { total }) };
}

/** @throws SourceFailure for every answer that does not bring the file */
function refuse({ status, headers, stated }: Reply, { denied }: Remote, wanted: Wanted): void {
  if (status === 404 || status === 410) throw new SourceFailure('elsewhere', `does not have it (${status})`);
  if (status === 401 || status === 403)
    throw new SourceFailure('elsewhere', `does not let us have it (${status})${denied ? `: ${denied}` : ''}`);
  if (status === 416) throw new SourceFailure('afresh', 'has no more bytes of it (416)');
  if (status === 408 || status === 429 || status >= 500)
    throw new SourceFailure('again', WAITING[status] ?? `has failed (${status})`, waitOf(headers));
  if (status !== 200 && status !== 206) throw new SourceFailure('elsewhere', `answers with ${status}`);
  const encoding = String(headers['content-encoding'] ?? 'identity');
  if (encoding !== 'identity')
    throw new SourceFailure('elsewhere', `sends it encoded as ${encoding.slice(0, 20)}`);
  if (/^text\/html\b/i.test(String(headers['content-type'] ?? '')))
    throw new SourceFailure('elsewhere', 'sends a web page instead of the file');
  const other = stated && wanted.algorithm === 'sha256' ? wrongHash(wanted, stated) : undefined;
  if (other) throw new SourceFailure('elsewhere', `has other bytes: it ${other}`);
}

const WAITING: Readonly<Record<number, string>> = {
  429: 'wants to be asked less often (429)',
  503: 'is overloaded (503)',
};

function waitOf(headers: Reply['headers']): { waitMs?: number } {
  const text = String(headers['retry-after'] ?? '');
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? { waitMs: Math.max(0, ms) } : {};
}

/** How many bytes the whole file has, as far as the reply tells. @throws SourceFailure for another range than asked */
function totalOf({ status, headers }: Reply, from: number): number | undefined {
  const length = /^\d+$/.test(String(headers['content-length'] ?? ''))
    ? Number(headers['content-length'])
    : undefined;
  if (status === 200) return length;
  const [, start, end, total] =
    /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(String(headers['content-range'] ?? '')) ?? [];
  const asked = from > 0 && Number(start) === from;
  const whole = total === '*' || Number(end) === Number(total) - 1;
  if (!asked || !whole) throw new SourceFailure('afresh', 'sends another part of it than asked for');
  return Number(end) + 1;
}
