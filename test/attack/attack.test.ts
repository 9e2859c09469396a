import { afterAll, describe, expect, it } from 'vitest';
import { removeFolders } from '../bot/start.ts';
import { WAYS } from '../bot/ways.ts';
import type { Finding } from './finding.ts';
import { HOSTILE_PICTURES } from './hostile-pictures.ts';
import { attackByKills } from './kills.ts';
import { attackByPictures } from './pictures.ts';
import { attackByReplies } from './replies.ts';
import { attackByRequests } from './requests.ts';
import { onTarget } from './target.ts';
import { attackByWords } from './words.ts';

afterAll(removeFolders);

/** Times are for `npm run attack`, on a machine that has nothing else to do. Here everything has to be answered. */
const broken = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ unit, measured, allowed }) => unit !== 'ms' && measured > allowed);

/** `npm run attack` in short. */
describe('the bot under attack', { timeout: 180_000 }, () => {
  it('answers whatever the words', async () => {
    expect(broken(await onTarget((target) => attackByWords(target, 14)))).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('answers whatever the picture, within its memory', async () => {
    const some = HOSTILE_PICTURES.filter(({ name }) =>
      /^(AVIF of|PNG of 1000000|TIFF of 6250000)/.test(name),
    );
    expect(some).toHaveLength(3);
    expect(broken(await onTarget((target) => attackByPictures(target, some)))).toEqual([]);
  });

  it('answers whatever comes to its port', async () => {
    expect(broken(await onTarget(attackByRequests, 'slack-http'))).toEqual([]);
  });

  it('answers whatever the model replies', async () => {
    expect(broken(await attackByReplies(8))).toEqual([]);
  });

  it.each(Object.keys(WAYS) as (keyof typeof WAYS)[])(
    'loses and doubles nothing when it is killed: %s',
    async (way) => {
      expect(broken(await attackByKills(way, 2))).toEqual([]);
    },
  );
});
