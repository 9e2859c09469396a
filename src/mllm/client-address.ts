import { SpotterError } from '../errors.ts';

/** Where a language model is, and how one gets in. */
export interface Address {
  /** Without query and trailing slash. */
  readonly baseURL: string;
  /** "host:port": what may be told of it. */
  readonly host: string;
  /** Added to every request: Azure's "api-version". */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly secrets: readonly string[];
}

/** Azure's own name for the header of a key; it would take "Authorization" only for tokens. */
const AZURE = /\.(openai|cognitiveservices|services\.ai)\.azure\.(com|us|cn)$/;

/**
 * Checks the base URL and the key before anything is sent.
 * @throws SpotterError bad-config, which repeats neither: both may carry a secret
 */
export function readAddress(given: string, apiKey?: string): Address {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw bad('is not an address that begins with http:// or https://');
  if (url.username || url.password)
    throw bad('must not carry a user or password', 'Give the key apart from it.');
  // Node's own message about such a header would quote it.
  if (apiKey !== undefined && !/^[\x21-\x7e]*$/.test(apiKey)) {
    throw new SpotterError(
      'bad-config',
      'The key of the language model has characters that a key cannot have.',
      'Look for blanks, line breaks or quotation marks around it.',
    );
  }
  const query = Object.fromEntries(url.searchParams);
  return {
    baseURL: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    host: url.host,
    query,
    headers: authorization(url.hostname, apiKey),
    secrets: [apiKey ?? '', ...Object.values(query).filter((value) => value.length > 12)],
  };
}

function authorization(hostname: string, apiKey = ''): Record<string, string | null> {
  if (!apiKey) return { Authorization: null };
  return AZURE.test(hostname)
    ? { Authorization: null, 'api-key': apiKey }
    : { Authorization: `Bearer ${apiKey}` };
}

/** Values of the headers that OpenAI's client sends besides, one "Name: value" a line. */
export const valuesOf = (customHeaders = ''): string[] =>
  customHeaders.split('\n').flatMap((line) => /^[^:]*:\s*(\S.*?)\s*$/.exec(line)?.[1] ?? []);

const bad = (
  what: string,
  hint = 'Check OPENAI_BASE_URL; for example http://localhost:11434/v1',
): SpotterError => new SpotterError('bad-config', `The base URL of the language model ${what}.`, hint);
