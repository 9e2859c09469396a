import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { type Http, type Remote, type Reply, SourceFailure, shown } from './http.ts';
import { type Part, stopped, type Wanted, wrongHash, wrongSize } from './part.ts';
import { isWhole } from './registry.ts';

/** What all downloads of one pull share. */
export interface DownloadContext {
  readonly config: Pick<Config, 'hfEndpoint' | 'hfToken'>;
  readonly http: Http;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** Of the model. */
  readonly folder: string;
  /** What lies in the folder only as long as the model is not complete; whoever made it removes it. */
  readonly scratch: Set<string>;
  readonly onBytes: (received: number, total: number | undefined) => void;
  /** Something that whoever waits may want to know. */
  readonly onTrouble: (said: string) => void;
}

/** One file to be had by HTTP. */
export interface Download extends DownloadContext {
  readonly remote: Remote;
  readonly wanted: Wanted;
  readonly part: Part;
}

export interface Patience {
  /** How often it is tried without getting further. */
  readonly attempts: number;
  /** How long to wait after the first failure, in milliseconds; twice as long after each further one. */
  readonly backOffMs: number;
  /** Longer than this it never waits, whatever a server asks for. */
  readonly mostWaitMs: number;
}

/** As much more as this is getting further. */
const FURTHER = 2 ** 20;

/**
 * Fills a part by HTTP, going on where earlier attempts have ended, and checks it.
 * @throws SourceFailure with the remedy "next-source"; SpotterError cancelled, cannot-write, no-space
 */
export async function download(task: Download): Promise<void> {
  const { resumed, wrong } = await arrive(task);
  if (!wrong) return;
  // Of two versions glued together neither has the right hash, though the second one may be right.
  const { wrong: still } = resumed ? await arrive(task) : { wrong };
  if (still) throw new SourceFailure('next-source', still);
}

async function arrive(task: Download): Promise<{ resumed: boolean; wrong: string | undefined }> {
  const { part, wanted } = task;
  const { stated, resumed } = await persist(task);
  const told = stated && wanted.algorithm === 'sha256' ? { ...wanted, hash: stated } : wanted;
  const wrong =
    wrongSize(wanted, part.size) ?? wrongHash(wanted, part.digest()) ?? wrongHash(told, part.digest());
  if (wrong) await part.discard();
  return { resumed, wrong };
}

async function persist(task: Download): Promise<Arrived> {
  const { part, patience, signal } = task;
  let best = part.size;
  for (let vain = 1; ; vain++) {
    try {
      return await attempt(task);
    } catch (thrown) {
      if (signal.aborted) throw stopped(signal);
      if (!(thrown instanceof SourceFailure) || thrown.remedy === 'next-source') throw thrown;
      if (thrown.remedy === 'restart') await part.discard();
      if (part.size > best + FURTHER) {
        best = part.size;
        vain = 1;
      }
      if (vain >= patience.attempts) {
        throw new SourceFailure('next-source', `${thrown.message}, ${patience.attempts} times in a row`);
      }
      await pause(thrown, vain, task);
    }
  }
}

async function pause(
  { message, waitMs }: SourceFailure,
  vain: number,
  { patience, signal, onTrouble }: Download,
): Promise<void> {
  // Half of it by chance, so that many who were cut off together do not come back together.
  const own = patience.backOffMs * 2 ** (vain - 1) * (0.5 + Math.random() / 2);
  const ms = Math.min(waitMs ?? own, patience.mostWaitMs);
  onTrouble(`${message}; trying again in ${(ms / 1000).toFixed(1)} s`);
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw stopped(signal);
  }
}

/** What is known when all bytes are there. */
interface Arrived {
  /** The sha256 that the server has told. */
  readonly stated?: string | undefined;
  /** Whether some of the bytes were there before the request, and may be those of another version. */
  readonly resumed: boolean;
}

/**
 * One request for what is missing of a part. Resolves when all of it is there; its hash is for the caller to check.
 * @throws SourceFailure; SpotterError cancelled, cannot-write, no-space
 */
async function attempt({ remote, wanted, part, http, signal, onBytes }: Download): Promise<Arrived> {
  const url = shown(remote.url);
  const resumes = isResumable(part, wanted, url);
  // The earlier attempt has ended between the last byte and the check.
  if (resumes && part.size === (wanted.bytes ?? part.origin?.total)) return { resumed: true };
  const reply = await http.get(remote, resumes ? rangeOf(part, url) : PLAIN, signal);
  try {
    refuse(reply, remote, wanted);
    const total = totalOf(reply, resumes ? part.size : 0);
    const wrong = total === undefined ? undefined : wrongSize(wanted, total);
    if (wrong) throw new SourceFailure('next-source', wrong);
    if (reply.status === 200) await part.begin(originFrom(reply, url, total));
    onBytes(part.size, total);
    for await (const chunk of reply.body) {
      if (part.size + chunk.length > wanted.most) {
        await part.discard();
        throw new SourceFailure('next-source', wrongSize(wanted, wanted.most + 1)!);
      }
      await part.append(chunk);
      onBytes(part.size, total);
    }
    if (part.size < (total ?? wanted.bytes ?? 0)) throw new SourceFailure('retry', 'has cut the connection');
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

function originFrom({ headers }: Reply, url: string, total: number | undefined) {
  const etag = String(headers.etag ?? '');
  const strong = /^"[^"]+"$/.test(etag);
  return { url, ...(strong ? { etag } : {}), ...(total === undefined ? {} : { total }) };
}

/** @throws SourceFailure for every answer that does not bring the file */
function refuse({ status, headers, stated }: Reply, { denied }: Remote, wanted: Wanted): void {
  if (status === 404 || status === 410)
    throw new SourceFailure('next-source', `does not have it (${status})`);
  if (status === 401 || status === 403)
    throw new SourceFailure(
      'next-source',
      `does not let us have it (${status})${denied ? `: ${denied}` : ''}`,
    );
  if (status === 416) throw new SourceFailure('restart', 'has no more bytes of it (416)');
  if (status === 408 || status === 429 || status >= 500)
    throw new SourceFailure('retry', WAITING[status] ?? `has failed (${status})`, waitOf(headers));
  if (status !== 200 && status !== 206) throw new SourceFailure('next-source', `answers with ${status}`);
  const encoding = String(headers['content-encoding'] ?? 'identity');
  if (encoding !== 'identity')
    throw new SourceFailure('next-source', `sends it encoded as ${encoding.slice(0, 20)}`);
  if (/^text\/html\b/i.test(String(headers['content-type'] ?? '')))
    throw new SourceFailure('next-source', 'sends a web page instead of the file');
  const other = stated && wanted.algorithm === 'sha256' ? wrongHash(wanted, stated) : undefined;
  if (other) throw new SourceFailure('next-source', `has other bytes: it ${other}`);
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
  if (!asked || !whole) throw new SourceFailure('restart', 'sends another part of it than asked for');
  return Number(end) + 1;
}
