const LONGEST = 200;

/** What keys look like, whole or shortened with stars: "sk-proj-abc…", "Bearer abc", "api_key=abc123". */
const KEY_LIKE =
  /\b(?:bearer\s+\S+|(?:sk|pk|hf|gsk|xai)[-_][\w*.-]{3,}[\w*]|(?:api[-_]?key|token|key|password)\s*[=:]\s*["']?(?=[^\s"'&,;]*[\d*])[^\s"'&,;]{6,})/gi;

/**
 * Makes what a server or the system says fit to be shown: the secrets, however they are written, and all that looks
 * like a key become "[key]"; one line of at most 200 characters, without control characters.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const written = secrets
    .filter((secret) => secret.length >= 4)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      // Base64 writes it in one of three ways, by where it begins; the ends depend on what is around it.
      ...[0, 1, 2].map((at) => base64Within(secret, at)),
    ])
    .filter((text) => text.length >= 4)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const clean = written.reduce((said, secret) => said.replaceAll(secret, '[key]'), text.slice(0, 100_000));
    const line = clean
      .replace(KEY_LIKE, '[key]')
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim();
    return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
  };
}

function base64Within(secret: string, at: number): string {
  const bytes = Buffer.concat([Buffer.alloc(at), Buffer.from(secret)]);
  const whole = bytes.subarray(at === 0 ? 0 : 3, bytes.length - (bytes.length % 3));
  return whole.toString('base64');
}
