import type { ChatDeps } from '../../src/chat/context.ts';
import { type Playing as OnDiscord, play as playDiscord } from '../discord/bot.ts';
import { type Playing as OnSlack, play as playSlack } from '../slack/bot.ts';
import type { Platform } from '../world/platform.ts';

/** An adapter on its real client, and the platform that it is on. */
export interface Running extends Pick<OnDiscord & OnSlack, 'world' | 'troubles' | 'close'> {
  readonly platform: Platform;
  /** Another process with the same memory, in place of this one. */
  restart(): Promise<unknown>;
}

export type Start = (deps: Partial<ChatDeps>) => Promise<Running>;

const slackBy =
  (transport: 'socket' | 'http'): Start =>
  async (deps) => {
    const { slack: platform, world, troubles, restart, close } = await playSlack(deps, { transport });
    return { platform, world, troubles, restart, close };
  };

/** Every adapter that people talk to, however it is told of what they say. */
export const ADAPTERS: readonly (readonly [name: string, start: Start])[] = [
  [
    'Discord',
    async (deps) => {
      const { discord: platform, world, troubles, restart, close } = await playDiscord(deps);
      return { platform, world, troubles, restart, close };
    },
  ],
  ['Slack by Socket Mode', slackBy('socket')],
  ['Slack by signed HTTP', slackBy('http')],
];
