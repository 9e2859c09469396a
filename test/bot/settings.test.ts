import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../adapters/bot/settings.ts';
import { read } from '../project/sources.ts';

describe('the documents', () => {
  it('tell every setting', () => {
    expect(VARIABLES.length).toBeGreaterThan(40);
    const text = ['operation', 'cli', 'api'].map((name) => read(`docs/${name}.md`)).join();
    expect(VARIABLES.filter((variable) => !text.includes(`\`${variable}\``))).toEqual([]);
  });
});
