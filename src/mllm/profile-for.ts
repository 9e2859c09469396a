import { z } from 'zod';
import { SpotterError } from '../errors.ts';
import type { Profile } from './profile.ts';
import { PartOfProfile, profiles } from './profile-table.ts';

/** What somebody knows better: any part of a profile, and which entry of the table to begin with. */
const Overrides = PartOfProfile.extend({
  /** A model that the table knows, for one with a name of its own ("my-deployment" is a "gpt-4o"). */
  like: z.string().min(1).optional(),
  /** What the model runs on: a key of the table's servers, see `serverAt`. */
  server: z.string().min(1).optional(),
});
export type ProfileOverrides = z.input<typeof Overrides>;

/**
 * What is known of a model, from careful to certain: what holds for any, then its server, the model itself, and what
 * the overrides say. Pure but for the table, which is read once.
 *
 * @example
 * profileFor('Qwen/Qwen2.5-VL-7B-Instruct', { server: 'vllm', price: { prompt: 0, answer: 0 } })
 * @throws SpotterError bad-config, for an override that cannot be
 */
export function profileFor(model: string, overrides: ProfileOverrides = {}): Profile {
  const read = Overrides.safeParse(overrides);
  if (!read.success) throw badProfile(z.prettifyError(read.error).replaceAll('\n', ' '));
  const { like, server, ...own } = read.data;
  const { unknown, servers, models } = profiles();
  const on = server === undefined ? undefined : servers[server];
  if (server !== undefined && !on)
    throw badProfile(`There is no server "${server}"; there is ${Object.keys(servers).join(', ')}.`);
  const found = models.filter(({ pattern }) => pattern.test(like ?? model));
  if (like !== undefined && found.length === 0) throw badProfile(`No profile is known for "${like}".`);
  const name = [found.at(-1)?.name ?? 'unknown', ...(on ? [server] : [])].join(' on ');
  return [on?.profile, ...found.map(({ profile }) => profile), own].reduce(over, {
    ...unknown.profile,
    name,
  }) as Profile;
}

function over(below: PartOfProfile, above: PartOfProfile = {}): PartOfProfile {
  const image = { ...below.image, ...above.image };
  return { ...below, ...above, image };
}

/** The server that is known by its address: a key of the table's servers. */
export function serverAt(baseURL: string): string | undefined {
  if (!URL.canParse(baseURL)) return undefined;
  const { host } = new URL(baseURL);
  return Object.entries(profiles().servers).find(([, server]) => server.host?.test(host))?.[0];
}

/** The server that is known by what its list of models says of who owns them. */
export function serverOwning(ownedBy: string): string | undefined {
  return Object.entries(profiles().servers).find(([, server]) => server.ownedBy === ownedBy)?.[0];
}

const badProfile = (hint: string): SpotterError =>
  new SpotterError('bad-config', 'The profile of the language model cannot be used.', hint);
