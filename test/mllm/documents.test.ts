import { describe, expect, it } from 'vitest';
import { PartOfProfile, profiles } from '../../src/mllm/profile.ts';
import { FAILURES } from '../../src/mllm/transport.ts';
import { read } from '../project/sources.ts';

const text = read('docs/mllm.md');

describe('docs/mllm.md', () => {
  it('names every server, model and field of a profile', () => {
    const { servers, models } = profiles();
    const fields = Object.keys(PartOfProfile.shape).filter((field) => field !== 'name');
    const names = [...Object.keys(servers), ...models.map(({ name }) => name), ...fields];
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('has a row for every kind of failure, with its code and whether it is tried again', () => {
    const rows = [...text.matchAll(/^\| `([\w-]+)` +\| `(mllm-\w+)` +\|.*\| (yes|no) +\|$/gm)];
    const documented = Object.fromEntries(
      rows.map(([, kind, code, again]) => [kind, { code, retry: again === 'yes' }]),
    );
    const real = Object.entries(FAILURES).map(([kind, { code, retry }]) => [kind, { code, retry }]);
    expect(documented).toEqual(Object.fromEntries(real));
  });
});
