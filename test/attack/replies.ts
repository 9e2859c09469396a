import { setTimeout as sleep } from 'node:timers/promises';
import { startStandIn } from '../../src/evaluate/stand-in/server.ts';
import type { Policy } from '../../src/evaluate/stand-in/wire.ts';
import { FAULTS, type FaultName } from '../../src/evaluate/stand-in/wire.ts';
import { randomFrom } from '../../src/mllm/multiple-choice.ts';
import { type Finding, worstOf } from './finding.ts';
import { hardTexts } from './readers.ts';
import { photo, startTarget } from './target.ts';

/** As long as a reply may be at all. */
const LONGEST = 100_000;
/** For all that one question asks of the model; those that never answer take as long. */
const SECONDS = 2;

const KNOWN: readonly string[] = [
  '<think>'.repeat(14_000),
  '['.repeat(LONGEST),
  '{"a":'.repeat(20_000),
  '\\boxed{'.repeat(14_000),
  'A '.repeat(50_000),
  `${'(1,2),'.repeat(16_000)}`,
  '"'.repeat(LONGEST),
  '\u202e@everyone <!channel> '.repeat(4000),
];

/** Replies of a language model: texts that are hard to read, and every way in which a server can fail. */
export async function attackByReplies(count: number): Promise<Finding[]> {
  const texts = [...KNOWN, ...hardTexts(LONGEST, count, randomFrom(1))].slice(0, count);
  const faults = (Object.keys(FAULTS) as FaultName[]).slice(0, count);
  let reply: Awaited<ReturnType<Policy>> = { text: 'A' };
  const model = await startStandIn({ policy: () => reply });
  const target = await startTarget({
    ...{ OPENAI_BASE_URL: model.baseURL, OPENAI_API_KEY: 'sk-of-the-stand-in', SPOTTER_CACHE: 'false' },
    ...{ SPOTTER_MLLM_MODEL: 'stand-in', SPOTTER_MLLM_SECONDS: String(SECONDS), SPOTTER_STRATEGY: 'mllm' },
    ...{ SPOTTER_MLLM_PROBE: 'false', SPOTTER_MLLM_PROFILE: '{"coordinates":"relative-1000-xyxy"}' },
  });
  try {
    const mallory = target.platform.person('mallory');
    const ask = () => target.ask(mallory, { text: 'the upper dog', images: [photo('two-dogs.jpg')] });
    const isAsked = async (): Promise<boolean> => {
      const before = model.calls;
      await ask();
      return model.calls > before;
    };
    const each: { name: string; ms: number; busy: number }[] = [];
    const tries = [
      ...texts.map((text) => ({ name: JSON.stringify(text.slice(0, 40)), said: { text } })),
      ...faults.map((fault) => ({ name: fault, said: { fault } })),
    ];
    for (const { name, said } of tries) {
      // A model that fails again and again is not asked for a while: one good reply ends that.
      reply = { text: 'A' };
      while (!(await isAsked())) await sleep(1000);
      reply = said;
      await target.busy();
      const { ms } = await ask();
      each.push({ name, ms, busy: await target.busy() });
    }
    return [
      worstOf('replies: the event loop is busy with one', 'ms', 100, each, 'busy'),
      worstOf(`replies: until the answer, of ${SECONDS} s for the model`, 'ms', 5000, each, 'ms'),
    ];
  } finally {
    await target.close();
    await model.close();
  }
}
