import { describe, expect, it } from 'vitest';
import { namedIn } from '../../adapters/bot/settings.ts';
import { read } from '../project/sources.ts';

describe('docs/operation.md', () => {
  it('tells every setting of the bot', () => {
    const all = namedIn(new Proxy({}, { get: () => 'set' }) as NodeJS.ProcessEnv);
    expect(all.length).toBeGreaterThan(20);
    const text = read('docs/operation.md');
    expect(all.filter((variable) => !text.includes(`\`${variable}\``))).toEqual([]);
  });
});
