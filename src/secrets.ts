import { createHash, timingSafeEqual } from 'node:crypto';

const MAX_LENGTH = 200;

/** What keys look like, whole or shortened with stars: "sk-proj-abc…", "Bearer abc", "api_key=abc123". */
const KEY_LIKE =
  /\b(?:bearer\s+\S+|(?:sk|pk|hf|gsk|xai)[-_][\w*.-]{3,}[\w*]|xox[a-z](?:-|\.)[\w.-]{6,}|xapp-[\w-]{6,}|(?:[\w-]{0,30}[-_])?(?:api[-_]?key|token|key|password)["']?\s*[=:]\s*["']?(?=[^\s"'&,;]{0,300}[\d*])[^\s"'&,;]{6,})/gi;

/** Shorter ones would be found in any text. */
const SHORTEST = 4;

/**
 * Takes secrets out of a text, however they are written (percent-encoded, in JSON, in base64 of something longer, in
 * hexadecimal), and whatever looks like a key: each becomes "[key]".
 * @param secrets tokens, keys, passwords, or addresses that carry them
 */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
  const written = [...new Set(secrets.flatMap(within).flatMap(waysToWrite))]
    .filter((text) => text.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return (text) =>
    written.reduce((said, secret) => said.replaceAll(secret, '[key]'), text).replace(KEY_LIKE, '[key]');
}

/**
 * Makes what a server or the system says fit to be shown: without secrets, one line of at most 200 characters, without
 * control characters.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const scrub = createScrubber(secrets);
  return (text) => {
    const line = scrub(text.slice(0, 100_000))
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim();
    return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
  };
}

/** A secret, and if it is an address with a password, that one too, as it is written there and as it is meant. */
function within(secret: string): string[] {
  const whole = secret.length >= SHORTEST ? [secret] : [];
  if (!URL.canParse(secret)) return whole;
  const { password, searchParams } = new URL(secret);
  return [...whole, password, decoded(password), ...searchParams.values()].filter(
    (part) => part.length >= SHORTEST,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function waysToWrite(secret: string): string[] {
  const percent = [encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)];
  // JSON is often carried within JSON.
  const inJson = [1, 2, 3, 4].map((times) => {
    let text = secret;
    for (let i = 0; i < times; i += 1) text = JSON.stringify(text).slice(1, -1);
    return text;
  });
  // Base64 writes it in one of three ways, by where it begins; the ends depend on what is around it.
  const base64 = [0, 1, 2].map((at) => base64Within(secret, at));
  return [
    secret,
    ...inJson,
    ...percent.flatMap((text) => [
      text,
      text.replace(/%../g, (code) => code.toLowerCase()),
      encodeURIComponent(text),
    ]),
    ...base64.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]),
    Buffer.from(secret).toString('hex'),
  ];
}

function base64Within(secret: string, at: number): string {
  const bytes = Buffer.concat([Buffer.alloc(at), Buffer.from(secret)]);
  const whole = bytes.subarray(at === 0 ? 0 : 3, bytes.length - (bytes.length % 3));
  return whole.toString('base64');
}

/** Whether what was shown is the secret; the time that it takes tells nothing of it. */
export const isSame = (shown: string, secret: string): boolean =>
  timingSafeEqual(digest(shown), digest(secret));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
