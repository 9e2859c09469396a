import { afterAll, describe, expect, it } from 'vitest';
import { createDetectorHost } from '../../src/specialist/host/host.ts';
import { SPECIALISTS } from '../../src/specialist/table.ts';
import { STARTER } from './starter-model.ts';

const host = createDetectorHost();
afterAll(() => host.close());

describe('the table of specialists', () => {
  it.each(Object.entries(SPECIALISTS))(
    '%s is known by its id, and starts nothing before it is asked',
    (id, create) => {
      const specialist = create({ host, model: STARTER });
      expect(specialist.id).toBe(id);
      expect(specialist.knows('a noun nobody ever heard').match).toBe('unknown');
      expect(host.pid).toBeUndefined();
    },
  );
});
