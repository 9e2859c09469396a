import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Box } from '../box.ts';
import type { Place } from '../chat/contract.ts';
import type { Judged } from '../chat/deps.ts';
import type { Outcome } from '../verdict/verdict.ts';
import type { Memory } from './memory.ts';

/** What somebody said of an answer, as it is kept. */
export interface Said {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly right: boolean;
  readonly platform: string;
  /** Of the asker, keyed: nobody can find out who it was, but what is theirs can be found to forget it. */
  readonly asker: string;
  readonly sha256: string;
  readonly expression: string;
  readonly expressionHash: string;
  readonly outcome: Outcome;
  /** xyxy, pixels of the oriented picture. */
  readonly boxes: readonly Box[];
  readonly presence: number;
}

export interface FeedbackOptions {
  /** The folder where pictures are kept besides; they are not unless told. */
  readonly pictures?: string;
  readonly now?: () => number;
}

const YEAR = 365 * 86_400_000;
const MOST = 100_000;

/** Keeps what people say of answers. */
export function createFeedback(memory: Memory, { pictures, now = Date.now }: FeedbackOptions = {}) {
  const said = memory.shelf<Said>('feedback', MOST);
  const salts = memory.shelf<string>('salts', 1);
  let salt: Promise<string> | undefined;
  const saltOf = (): Promise<string> => {
    salt ??= commonSalt(memory, salts);
    return salt;
  };
  const hashOf = async ({ platform, asker }: Pick<Place, 'platform' | 'asker'>) =>
    createHmac('sha256', await saltOf())
      .update(`${platform}:${asker}`)
      .digest('hex')
      .slice(0, 32);

  return {
    async add({ right, place, expression, sha256, verdict }: Judged, bytes: () => Promise<Uint8Array>) {
      const asker = await hashOf(place);
      const { outcome, candidates, presence } = verdict;
      const entry: Said = {
        ...{ at: now(), right, platform: place.platform, asker, sha256, expression, outcome, presence },
        expressionHash: createHash('sha256').update(expression).digest('hex'),
        boxes: candidates.map(({ box }) => box),
      };
      if (pictures !== undefined) await keepPicture(pictures, sha256, bytes);
      await said.set(`${asker}:${randomUUID()}`, entry, YEAR);
    },
    /** Resolves to how much that was. */
    async forget(place: Pick<Place, 'platform' | 'asker'>): Promise<number> {
      const all = await said.list(`${await hashOf(place)}:`);
      for (const [key] of all) await said.delete(key);
      return all.length;
    },
    /** Everything, oldest first. */
    async all(): Promise<readonly Said[]> {
      const all = (await said.list('')).map(([, entry]) => entry);
      return all.toSorted((a, b) => a.at - b.at);
    },
  };
}

/** One for all processes of an installation: whoever comes first makes it. */
async function commonSalt(memory: Memory, salts: ReturnType<typeof memory.shelf<string>>): Promise<string> {
  for (;;) {
    const known = await salts.get('salt');
    if (known !== undefined) return known;
    if (await memory.claim('salt', 10_000)) {
      const made = randomBytes(32).toString('hex');
      await salts.set('salt', made, 100 * YEAR);
      return made;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function keepPicture(folder: string, sha256: string, bytes: () => Promise<Uint8Array>): Promise<void> {
  const file = join(folder, sha256);
  if (!/^[\da-f]{64}$/.test(sha256) || existsSync(file)) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, await bytes(), { mode: 0o600 });
}
