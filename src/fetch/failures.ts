import { SpotterError } from '../errors.ts';

/**
 * Everything that a download can fail with. None of it holds an address, since those may carry passwords and
 * signatures, nor the library's error as its cause, since that may hold addresses, too; its code is all that is told.
 */

const ATTACH = 'Attach the picture itself.';

export const badLink = (why: string): SpotterError =>
  new SpotterError('bad-link', `The link cannot be used: ${why}.`, ATTACH);

export const forbidden = (): SpotterError =>
  new SpotterError(
    'forbidden-address',
    'The link leads to an address that Spotter does not visit.',
    `Only public addresses of the internet are visited, by http or https on their usual ports. ${ATTACH}`,
  );

export const notThePlatforms = (): SpotterError =>
  new SpotterError(
    'forbidden-address',
    "The picture cannot be fetched: it is not on one of the platform's own hosts.",
    ATTACH,
  );

export const webPage = (permission?: string): SpotterError =>
  new SpotterError(
    'web-page',
    `The picture cannot be fetched: the platform sent a web page, ${
      permission ? `so a permission (${permission}) is missing` : 'not a file'
    }.`,
    permission ? `Give the app ${permission}, and install it anew.` : 'Send the picture again.',
  );

export const webPageOfLink = (): SpotterError =>
  new SpotterError('web-page', undefined, 'Send the address of the picture itself, or attach it.');

export const expired = (status: number): SpotterError =>
  new SpotterError(
    'link-expired',
    `The link has expired, or never led to a file (${status}).`,
    'Send the picture again.',
  );

export const failed = (what: string): SpotterError =>
  new SpotterError('link-failed', `The picture could not be fetched: ${what}.`, 'Try again, or attach it.');

export const tooSlow = (): SpotterError =>
  new SpotterError('timed-out', 'The picture took too long to arrive.', 'Try again, or attach it.');

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'its server refuses the connection',
  ECONNRESET: 'its server has cut the connection',
  EPIPE: 'its server has cut the connection',
  UND_ERR_SOCKET: 'its server has cut the connection',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'its server has cut the connection',
  ENOTFOUND: 'its server is not known by that name',
  ENODATA: 'its server is not known by that name',
  EAI_AGAIN: 'its server is not known by that name',
  ENETUNREACH: 'its server cannot be reached',
  EHOSTUNREACH: 'its server cannot be reached',
};
const SLOW = /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|TLS|SSL|EPROTO/;
const NO_HTTP = /^(HPE_|UND_ERR_HEADERS_OVERFLOW)/;

/** Waits for what the network does, and tells its failures. */
export const onNetwork = <T>(work: Promise<T>): Promise<T> =>
  work.catch((thrown: unknown) => {
    throw networkFailure(thrown);
  });

function networkFailure(thrown: unknown): SpotterError {
  if (thrown instanceof SpotterError) return thrown;
  const code = codeOf(thrown);
  if (SLOW.test(code)) return tooSlow();
  if (CERTIFICATE.test(code)) return failed(`its server has no valid certificate (${code})`);
  if (NO_HTTP.test(code)) return failed(`its server does not speak HTTP properly`);
  return failed(WORDS[code] ?? `its server cannot be reached (${code || 'no reason given'})`);
}

/** The innermost code tells most: a failure to connect is wrapped, one for each address of the host. */
function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  const { code, cause } = thrown as NodeJS.ErrnoException;
  const [first] = thrown instanceof AggregateError ? thrown.errors : [];
  return codeOf(cause) || codeOf(first) || code || (thrown.name === 'HTTPParserError' ? 'HPE_' : '');
}
