import { type FailureDetails, MllmFailure } from './client-failure.ts';
import { parseJson } from './client-json.ts';

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Fetches so that nobody is surprised: a redirect is an error, since it would take key and picture to another host; the
 * body is read at once, so that the signal covers it, and never more of it than `maxBytes` (after decompression).
 */
export function guardedFetch(fetch: Fetch, maxBytes: number, details: FailureDetails): Fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      await response.body?.cancel();
      throw new MllmFailure('redirect', { ...details, status: response.status });
    }
    const read = await readBody(response, maxBytes, details);
    const body = response.ok ? read : asOpenAiError(read);
    // A response with another status may not have a body; the client looks at the status only.
    const { status, statusText, headers } = response;
    return new Response(status === 204 || status === 205 ? null : body, { status, statusText, headers });
  };
}

async function readBody(response: Response, maxBytes: number, details: FailureDetails): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    total += chunk.length;
    // Leaving the loop cancels the body, and so closes the connection.
    if (total > maxBytes)
      throw new MllmFailure('too-large', { ...details, detail: `more than ${maxBytes} bytes` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** OpenAI's client reads {"error": {"message"}}; others write {"error": "…"}, {"message": "…"} or {"detail": "…"}. */
function asOpenAiError(body: Buffer): Buffer {
  const json = record(parsed(body));
  if (!json) return body;
  const { error = json } = json;
  const said = record(error);
  const message = said?.message ?? said?.detail ?? (typeof error === 'string' ? error : body.toString());
  return Buffer.from(JSON.stringify({ error: { ...said, message } }));
}

function parsed(body: Buffer): unknown {
  try {
    return parseJson(body.toString());
  } catch {
    return undefined;
  }
}

const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
