/** Where the adapter tells what happens to it; a logger of pino is one. */
export interface Log {
  info(fields: object, words: string): void;
  warn(fields: object, words: string): void;
  error(fields: object, words: string): void;
}
