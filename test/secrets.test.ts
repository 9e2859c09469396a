import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, createScrubber } from '../src/secrets.ts';

describe('the redactor', () => {
  it('finds a key anywhere, also in base64 of something longer', () => {
    const key = fc.stringMatching(/^[A-Za-z0-9_-]{24,60}$/);
    const around = fc.string({ maxLength: 30 });
    const property = fc.property(key, around, around, (secret, before, after) => {
      const redact = createRedactor([secret]);
      expect(redact(`${before}${secret}${after}`)).not.toContain(secret);
      const encoded = Buffer.from(`${before}${secret}${after}`).toString('base64');
      const middle = Buffer.from(secret).toString('base64').slice(4, -8);
      expect(redact(encoded)).not.toContain(middle);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('hides what looks like a key though it is not ours', () => {
    const redact = createRedactor([]);
    expect(redact('Incorrect API key provided: sk-proj-****abcd. Bearer abc.def')).toBe(
      'Incorrect API key provided: [key]. [key]',
    );
    expect(redact('Unrecognized key: temperature')).toBe('Unrecognized key: temperature');
    expect(redact('https://x/?api_key=abc123&b=2')).toBe('https://x/?[key]&b=2');
  });

  it('leaves one short line without control characters', () => {
    const redact = createRedactor([]);
    expect(redact('a\u001b[31m\n\n b\u202e')).toBe('a [31m b');
    expect(redact('x'.repeat(1000))).toHaveLength(201);
  });
});

describe('the scrubber', () => {
  const secret = 'pa"ss/wörd+1~(2)';
  const WAYS: Readonly<Record<string, string>> = {
    'as it is': secret,
    'percent-encoded': encodeURIComponent(secret),
    'percent-encoded in small letters': encodeURIComponent(secret).replace(/%../g, (s) => s.toLowerCase()),
    'percent-encoded twice': encodeURIComponent(encodeURIComponent(secret)),
    'in a form': new URLSearchParams({ secret }).toString(),
    'in JSON in JSON': JSON.stringify(JSON.stringify({ secret })),
    'in hexadecimal': Buffer.from(secret).toString('hex'),
    'in base64url of something longer': Buffer.from(`user:${secret}`).toString('base64url'),
  };

  it.each(Object.entries(WAYS))('finds a secret %s', (_, text) => {
    const said = createScrubber([secret])(`before ${text} after`);
    expect(said).toContain('[key]');
    expect(said).toMatch(/^before .*after$/);
    for (const piece of ['wörd', 'ss/w', 'w%C3', 'w%c3', 'w%25', Buffer.from('wörd+1').toString('hex')]) {
      expect(said).not.toContain(piece);
    }
  });

  it('finds the password of an address, also without the address', () => {
    const scrub = createScrubber(['redis://bot:pass%2Fword@redis.example:6379/0']);
    expect(scrub('AUTH bot pass/word')).toBe('AUTH bot [key]');
    expect(scrub('at bot:pass%2Fword@')).toBe('at bot:[key]@');
    expect(scrub('redis.example is down')).toBe('redis.example is down');
  });

  it('keeps lines and length, and text without secrets', () => {
    const text = `a\n${'b '.repeat(300)}`;
    expect(createScrubber([secret])(text)).toBe(text);
    expect(createScrubber(['', 'abc'])('abc')).toBe('abc');
  });

  it('hides the forms of tokens, but not counts of them', () => {
    const scrub = createScrubber([]);
    expect(scrub('xoxb-12-34-ab and xapp-1-A2-b3')).toBe('[key] and [key]');
    expect(scrub('{"access_token": "abc123456"}')).toBe('{"[key]"}');
    expect(scrub('1310 prompt tokens: 1310, key: none')).toBe('1310 prompt tokens: 1310, key: none');
  });
});
