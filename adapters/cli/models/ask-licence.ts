import { createInterface } from 'node:readline/promises';
import type { Models } from '../../../src/models/models.ts';
import type { AcceptLicence } from '../../../src/models/pull/licence.ts';
import { safe } from '../../../src/safe-text.ts';
import type { Console } from '../console.ts';
import type { PullRequest } from './declare.ts';
import { variantSize } from './text.ts';

/**
 * Says what is going to be downloaded, and on what terms; then it is accepted by the option, or asked on a terminal.
 * Elsewhere nobody could answer, and nothing is accepted.
 */
export const askLicence =
  (
    models: Models,
    { acceptLicence }: PullRequest['options'],
    console: Console,
    signal: AbortSignal,
  ): AcceptLicence =>
  async ({ id, url }, pulled) => {
    const model = models.list().find((listed) => listed.id === pulled.id)!;
    const variant = model.variants.find(({ name }) => name === pulled.variant)!;
    console.note(
      `${safe(model.title)}: ${pulled.id}@${pulled.variant}, ${variantSize(variant)}, by ${safe(model.publisher.name)}`,
      `Licence: ${safe(id)}, ${safe(url)}`,
    );
    return acceptLicence || (await asked('Do you accept it? [y/N] ', console, signal));
  };

async function asked(question: string, { stdin, stderr }: Console, signal: AbortSignal): Promise<boolean> {
  if (!stdin.isTTY || !stderr.isTTY) return false;
  // Line by line, so that Ctrl-C stays what it is everywhere.
  const reader = createInterface({ input: stdin, output: stderr, terminal: false });
  const closed = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([reader.question(question, { signal }), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    reader.close();
  }
}
