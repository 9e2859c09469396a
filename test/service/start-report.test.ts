import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStartReport } from '../../adapters/bot/settings.ts';
import { VERSION } from '../../src/config.ts';
import { createScrubber } from '../../src/secrets.ts';

const DISCORD = { name: 'discord', started: true, said: 'as Spotter#1234, in 3 servers' } as const;
const SLACK = {
  ...{ name: 'slack', started: false, why: 'SLACK_APP_TOKEN is not set' },
  steps: ['Open https://api.slack.com/apps', 'Create a token with connections:write'],
} as const;
const MEMORY = { name: 'memory', started: true } as const;

describe('the report of the start', () => {
  it('says what was started, what was not, why, and what to do', () => {
    const report = createStartReport({
      adapters: [DISCORD, SLACK],
      parts: [MEMORY],
      env: { REDIS_URL: 'redis://h', DISCORD_TOKEN: 't', SPOTTER_LINKS: 'true', HOME: '/' },
      variables: ['REDIS_URL', 'PORT', 'DISCORD_TOKEN', 'DISCORD_API_URL', 'SPOTTER_LINKS', 'SPOTTER_SEED'],
    });
    expect(report).toBe(
      [
        `Spotter ${VERSION}`,
        '  discord  started: as Spotter#1234, in 3 servers',
        '  slack    not started: SLACK_APP_TOKEN is not set',
        '           1. Open https://api.slack.com/apps',
        '           2. Create a token with connections:write',
        '  memory   started',
        'Settings that are set: DISCORD_TOKEN, REDIS_URL, SPOTTER_LINKS',
        'Not set: DISCORD_API_URL, PORT',
      ].join('\n'),
    );
  });

  it('offers the terminal when nothing takes questions', () => {
    const report = createStartReport({ adapters: [SLACK], parts: [MEMORY], env: {}, variables: [] });
    expect(report).toContain('Settings that are set: none\nNot set: none\nNothing takes questions yet.');
    expect(report).toMatch(/\n.*in the terminal: spotter find street\.jpg "the man left of the red bus"$/);
  });

  it('tells no secret, and cannot be used to write to a terminal', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const property = fc.property(text, text, (before, after) => {
      const said = `${before}c4nary-token${after}`;
      const report = createStartReport({
        adapters: [
          { name: 'a', started: true, said },
          { name: 'b', started: false, why: said, steps: [said] },
        ],
        env: { [said]: 'value' },
        variables: [said],
        scrub: createScrubber(['c4nary-token']),
      });
      expect(report).not.toContain('c4nary');
      expect(report.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
      expect(report.split('\n')).toHaveLength(6);
    });
    fc.assert(property);
  });
});
