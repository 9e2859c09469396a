import type { Logger } from '@slack/bolt';
import { PLATFORM } from './platform.ts';

/** Where the adapter tells what happens to it; a logger of pino is one. */
export interface Log {
  info(fields: object, words: string): void;
  warn(fields: object, words: string): void;
  error(fields: object, words: string): void;
}

/** What Slack's own libraries say. What they say in passing holds what people write, and is left out. */
export function loggerOf(log: Log): Logger {
  const tell =
    (level: 'warn' | 'error') =>
    (...said: unknown[]): void => {
      const err = said.find((each) => each instanceof Error);
      const words = said.filter((each) => typeof each === 'string').join(' ');
      log[level]({ platform: PLATFORM, ...(err && { err }) }, `the client says: ${words || 'an error'}`);
    };
  const nothing = (): void => {};
  return {
    debug: nothing,
    info: nothing,
    warn: tell('warn'),
    error: tell('error'),
    setLevel: nothing,
    setName: nothing,
    getLevel: () => 'warn' as ReturnType<Logger['getLevel']>,
  };
}
