import sharp from 'sharp';
import type { TokenAlternative } from '../../../src/mllm/mllm.ts';
import type { Raster } from '../../../src/picture/picture.ts';
import type { Fault } from './faults.ts';
import { type ChatRequest, Refusal } from './wire.ts';

/** What a model would have before it: taken from what was really sent. */
export interface Seen {
  readonly system: string;
  readonly prompt: string;
  /** Decoded, in the order they were sent. */
  readonly images: readonly Raster[];
  readonly request: ChatRequest;
}

/** What a policy answers. */
export interface Said {
  readonly text: string;
  /** The alternatives of the first token; made up where a policy gives none. */
  readonly first?: readonly TokenAlternative[];
}

/** How a stand-in for a model answers: by what it sees, or with a fault. */
export type Policy = (seen: Seen) => Said | Fault | Promise<Said | Fault>;

/** @throws Refusal, for a picture that is none */
export async function see(request: ChatRequest): Promise<Seen> {
  const { messages } = request;
  const parts = messages.flatMap(({ role, content }) =>
    typeof content === 'string'
      ? [{ role, type: 'text' as const, text: content }]
      : content.map((part) => ({ role, ...part })),
  );
  const textOf = (...roles: readonly string[]) =>
    parts
      .flatMap((part) => (part.type === 'text' && roles.includes(part.role) ? [part.text] : []))
      .join('\n');
  const urls = parts.flatMap((part) => (part.type === 'image_url' ? [part.image_url.url] : []));
  return {
    system: textOf('system', 'developer'),
    prompt: textOf('user'),
    images: await Promise.all(urls.map(decode)),
    request,
  };
}

const DATA_URL = /^data:image\/(jpeg|png|webp|gif);base64,([A-Za-z0-9+/]+={0,2})$/;

async function decode(url: string): Promise<Raster> {
  const [, mime, base64] = DATA_URL.exec(url) ?? [];
  const bad = (why: string) => new Refusal(400, `Invalid image: ${why}`, { code: 'invalid_image_url' });
  if (!base64) throw bad('not a data URL of a picture in base64.');
  const image = sharp(Buffer.from(base64, 'base64'), { failOn: 'error' });
  const { data, info, format } = await image
    .metadata()
    .then(async ({ format }) => ({
      format,
      ...(await image.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })),
    }))
    .catch(() => {
      throw bad('it cannot be decoded.');
    });
  if (format !== mime) throw bad(`it says ${mime}, but is ${format}.`);
  return { width: info.width, height: info.height, data };
}
