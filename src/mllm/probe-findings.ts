import { encodeJpeg } from '../picture/encode.ts';
import type { Rgb } from '../picture/picture.ts';
import type { MllmImage } from './mllm.ts';
import type { Profile } from './profile.ts';
import type { ProfileOverrides } from './profile-for.ts';

const COLOURS: Readonly<Record<string, Rgb>> = {
  red: [220, 20, 30],
  green: [20, 150, 50],
  blue: [30, 60, 210],
  yellow: [250, 220, 30],
};
const NAMES = Object.keys(COLOURS);

/** A multiple of what models cut pictures into (28, 32), so that nobody has to resize it. */
const SIDE = 224;

export interface TwoColours {
  readonly image: MllmImage;
  /** Of the left half, of the right half. */
  readonly names: readonly [string, string];
}

/** A picture with two halves of different colours: of the twelve that there are, a model cannot guess which. */
export async function twoColours(random: () => number): Promise<TwoColours> {
  const left = Math.floor(random() * NAMES.length);
  const right = (left + 1 + Math.floor(random() * (NAMES.length - 1))) % NAMES.length;
  const names = [NAMES[left]!, NAMES[right]!] as const;
  const row = Array.from({ length: SIDE }, (_, x) => COLOURS[names[x < SIDE / 2 ? 0 : 1]]!).flat();
  const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => row[i % row.length]!);
  const bytes = await encodeJpeg({ width: SIDE, height: SIDE, data });
  return { image: { mime: 'image/jpeg', bytes }, names };
}

/** Whether an answer names both colours and no other, from left to right. */
export function namesBoth(text: string, names: readonly [string, string]): boolean {
  const named = text.toLowerCase().match(new RegExp(`\\b(?:${NAMES.join('|')})\\b`, 'g')) ?? [];
  return named.length === 2 && named[0] === names[0] && named[1] === names[1];
}

/** What a server can do, as it was seen to. */
export interface Abilities {
  readonly logprobs: boolean;
  readonly schema: boolean;
  readonly choices: NonNullable<Profile['choicesField']> | undefined;
}

/** What a profile should say of it. */
export function fitting({ logprobs, schema, choices }: Abilities): ProfileOverrides {
  const structured = choices ? 'guided-choice' : schema ? 'json-schema' : 'none';
  return { logprobs, structured, ...(choices && { choicesField: choices }) };
}

/** What was found of each ability, in words, and where the profile says otherwise. */
export function sayAbilities({ logprobs, schema, choices }: Abilities, profile: Profile): string[] {
  const say = (has: boolean, claimed: boolean, what: string) =>
    `It ${has ? 'does' : 'does not'} ${what}${has === claimed ? '' : `, though the profile says that it ${claimed ? 'does' : 'does not'}`}.`;
  return [
    say(logprobs, profile.logprobs, 'give the alternatives of a token'),
    say(schema, profile.structured !== 'none', 'keep to a JSON schema'),
    say(choices !== undefined, profile.structured === 'guided-choice', 'keep to the choices it is offered'),
  ];
}
