import { createInterface } from 'node:readline/promises';
import type { AcceptLicence } from '../../../src/models/pull/licence.ts';
import type { Console } from '../console.ts';
import { safe } from '../safe-text.ts';

/** Asks on a terminal; elsewhere nobody could answer, and nothing is accepted. */
export const askLicence =
  (console: Console, signal: AbortSignal): AcceptLicence =>
  async ({ id, url }) => {
    const { stdin, stderr } = console;
    if (!stdin.isTTY || !stderr.isTTY) return false;
    console.note(`Its licence is ${safe(id)}: ${safe(url)}`);
    // Line by line, so that Ctrl-C stays what it is everywhere.
    const reader = createInterface({ input: stdin, output: stderr, terminal: false });
    const closed = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
    try {
      const answer = await Promise.race([reader.question('Do you accept it? [y/N] ', { signal }), closed]);
      return /^y(es)?$/i.test(answer.trim());
    } catch {
      signal.throwIfAborted();
      return false;
    } finally {
      reader.close();
    }
  };
