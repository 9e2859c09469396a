import { VERSION } from '../config.ts';
import { digestOf } from '../models/store.ts';
import type { Identity } from './run/file.ts';

/** Where figures come from: enough to make them again, and to see that they are the same. */
export interface Provenance {
  /** What was read, run and set, a line each. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** The command that makes it again. */
  readonly command: string;
}

export interface ProvenanceOptions {
  readonly annotations: readonly string[];
  readonly predictions: readonly {
    readonly file: string;
    /** What the answers were made with; undefined where nobody has noted it. */
    readonly identity: Identity | undefined;
  }[];
  /** Of the scoring, such as the threshold and the seed. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** The words after "spotter". */
  readonly command: readonly string[];
  readonly date?: Date;
  readonly signal?: AbortSignal;
}

/** @throws SpotterError cancelled; errors of the file system */
export async function provenanceOf({
  annotations,
  predictions,
  settings,
  command,
  date = new Date(),
  signal,
}: ProvenanceOptions): Promise<Provenance> {
  const hashed = async (file: string): Promise<string> =>
    `${file}, sha256 ${(await digestOf(file, signal)).sha256}`;
  const facts: (readonly [string, string])[] = [];
  for (const file of annotations) facts.push(['annotations', await hashed(file)]);
  for (const { file, identity } of predictions) {
    facts.push(['predictions', await hashed(file)]);
    if (!identity)
      facts.push(['made with', 'nobody has noted it: there is no .run.json beside the predictions']);
    else for (const [name, value] of Object.entries(identity)) facts.push([nameOf(name), value]);
  }
  const set = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  facts.push(['scored by', `Spotter ${VERSION}`], ['settings', set.join(', ')], ['date', date.toISOString()]);
  return { facts, command: ['spotter', ...command].map(quoted).join(' ') };
}

/** What a run calls its keys, for a reader who has not seen one. */
const NAMES: Readonly<Record<string, string>> = {
  spotter: 'answered by Spotter',
  annotations: 'asked, sha256',
  specialist: 'detector',
  'detector files': 'detector files, sha256 begins',
  calibration: 'calibration, sha256 begins',
  asked: 'language model, settings',
  profile: 'language model, profile',
  prompts: 'prompts, sha256 begins',
};

const nameOf = (key: string): string => NAMES[key] ?? key;

/** A word for a shell. */
const quoted = (word: string): string =>
  /^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
