import { fileURLToPath } from 'node:url';
import { find } from '../src/ask.ts';
import { readConfig } from '../src/config.ts';
import { createStarter } from '../src/detector/starter/starter.ts';
import { createDetectorHost } from '../src/detector/worker/host.ts';
import { createModels } from '../src/models/models.ts';
import { createObservers } from '../src/observer/observers.ts';
import type { Picture } from '../src/picture/picture.ts';
import { readPicture } from '../src/picture/read.ts';
import { loadCalibration } from '../src/reasoning/calibration.ts';
import { EXPRESSIONS } from './expressions.ts';
import { inTurns, type Row, row } from './row.ts';

const photo = (name: string): string => fileURLToPath(new URL(`../examples/${name}.jpg`, import.meta.url));
const PHOTOS = ['two-dogs', 'wine', 'coffee', 'astronaut', 'boats'].map(photo);
const ROUNDS = 7;
/** Passes over all photos until the memory of the detector's process is read. */
const PASSES = 3;

/** What each observer is asked for, and plain expressions beside them. */
const ASKED = {
  plain: EXPRESSIONS,
  writing: ['the bottle that says "2009"'],
  face: ['the woman'],
  body: ['the person sitting', 'the woman in an orange suit'],
} as const;

/** What observers cost: nothing where nobody asks for them, time and memory where somebody does. */
export async function bench(): Promise<Row[]> {
  const pictures = await Promise.all(PHOTOS.map((path) => readPicture(path)));
  const [without, withThem] = [asking(false), asking(true)];
  try {
    for (const each of [without, withThem]) await each.ask(pictures, Object.values(ASKED).flat());
    const anew = () => pictures.map(renamed);
    const [bare, plain, writing, face, body] = await inTurns(
      ROUNDS,
      () => without.ask(anew(), ASKED.plain),
      () => withThem.ask(anew(), ASKED.plain),
      () => withThem.ask(anew(), ASKED.writing),
      () => withThem.ask(anew(), ASKED.face),
      () => withThem.ask(anew(), ASKED.body),
    );
    const [looked] = await inTurns(ROUNDS, () => without.ask(anew(), EXPRESSIONS.slice(0, 1)));
    return [
      row('plain expressions about new photos', plain!, 'without observers', bare!),
      row('one about writing', writing!, 'a plain one', looked!),
      row('one that a face decides', face!, 'a plain one', looked!),
      row('two about bodies', body!, 'a plain one', looked!),
      { ...row('resident in the detector, all asked', ...(await memory(pictures))), unit: 'MB' },
    ];
  } finally {
    await Promise.all([without.close(), withThem.close()]);
  }
}

/** In MB: where everything is asked, and where only plain things are. */
async function memory(
  pictures: readonly Picture[],
): Promise<[asked: number, against: string, plain: number]> {
  const resident = async (expressions: readonly string[]): Promise<number> => {
    const spotter = asking(true);
    for (let pass = 0; pass < PASSES; pass += 1) {
      await spotter.ask(pictures.map(renamed), expressions);
    }
    const { rss } = spotter.host.state;
    await spotter.close();
    return (rss ?? 0) / 1e6;
  };
  return [
    await resident(Object.values(ASKED).flat()),
    'plain expressions alone',
    await resident(ASKED.plain),
  ];
}

let names = 0;
/** The same pixels, unknown to whatever remembers pictures. */
const renamed = (picture: Picture): Picture => ({ ...picture, sha256: `photo ${names++}` });

function asking(observed: boolean) {
  const host = createDetectorHost();
  const settings = readConfig();
  const models = createModels(settings);
  const detector = createStarter({ host, model: models.open('starter') });
  const observers = observed ? createObservers(host, { models, settings }) : undefined;
  const calibration = loadCalibration();
  return {
    host,
    async ask(pictures: readonly Picture[], expressions: readonly string[]): Promise<void> {
      for (const picture of pictures)
        for (const expression of expressions)
          await find({ picture, expression }, { detector, calibration, ...(observers && { observers }) });
    },
    async close(): Promise<void> {
      await detector.close();
      await host.close();
    },
  };
}
