// Times every reader on hard texts, and prints one JSON line for each: its slowest text. Arguments: how many texts each,
// a seed, and a reader's name to try only that.
import { randomFrom } from '../../src/mllm/multiple-choice.ts';
import { hardTexts, READERS, type Reader } from './readers.ts';

const [count = '300', seed = '1', name] = process.argv.slice(2);

/** Of the processor: others on this machine take none of it. */
function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** What is slow once may be so by chance, or for the first time: the fastest of ten times counts. */
function slowest({ read, longest }: Reader): { readonly ms: number; readonly text: string } {
  let found = { ms: 0, text: '' };
  for (const text of hardTexts(longest, Number(count), randomFrom(Number(seed)))) {
    let ms = cpuMs(() => read(text));
    for (let again = 0; again < 9 && ms > found.ms; again++)
      ms = Math.min(
        ms,
        cpuMs(() => read(text)),
      );
    if (ms > found.ms) found = { ms, text };
  }
  return found;
}

for (const reader of READERS.filter((one) => name === undefined || one.name === name)) {
  reader.read('the dog on the left');
  const { ms, text } = slowest(reader);
  console.log(
    JSON.stringify({
      name: reader.name,
      longest: reader.longest,
      ms,
      text: `${text.slice(0, 60)} … ${text.slice(-20)}`,
    }),
  );
}
