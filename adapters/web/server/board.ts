import type { Context } from 'hono';
import type { Config } from '../../../src/config.ts';
import { once } from '../../../src/once.ts';
import type { Board } from '../../../src/queue/board.ts';

export const BOARD_PATH = '/queues';

/** The pages that show the queue of the workers. */
export interface BoardPages {
  /** To be mounted below BOARD_PATH, behind a check of who may see it. @throws SpotterError queue-down */
  answer(c: Context): Promise<Response>;
  close(): Promise<void>;
}

/** The pages of the queue that the settings name, loaded when they are asked for; undefined where there is none. */
export function createBoardPages({ queue, redisUrl }: Pick<Config, 'queue' | 'redisUrl'>) {
  if (queue === 'off' || redisUrl === undefined) return undefined;
  const url = redisUrl;
  const open = once(async (): Promise<Board> => {
    const [{ createBoard }, { serveStatic }] = await Promise.all([
      import('../../../src/queue/board.ts'),
      import('@hono/node-server/serve-static'),
    ]);
    return createBoard(url, BOARD_PATH, serveStatic);
  });
  const pages: BoardPages = {
    async answer(c) {
      const address = new URL(c.req.url);
      address.pathname = address.pathname.slice(BOARD_PATH.length) || '/';
      return (await open()).answer(new Request(address, c.req.raw));
    },
    close: async () => (await open.made())?.close(),
  };
  return pages;
}
