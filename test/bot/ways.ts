import { registerCommands } from '../../adapters/discord/commands.ts';
import { startDiscord } from '../world/discord/server.ts';
import type { Asked, Person, Platform, Question } from '../world/platform.ts';
import { startSlack } from '../world/slack/server.ts';

/** A stand-in that the bot can be started against. */
export interface StandIn {
  readonly platform: Platform;
  /** What is left to do once the bot listens at that port. */
  connect(port: string): Promise<void>;
}

export interface Way {
  /** What the bot's report says when it takes questions this way. */
  readonly started: RegExp;
  open(): Promise<StandIn>;
  /** Asks in the way that the platform itself acknowledges. */
  ask(person: Person, question: Question): Promise<Asked>;
}

/** When an event that is not acknowledged is sent again, in milliseconds; Slack itself waits longer, a minute and five. */
const RETRY_AFTER_MS = [0, 4000, 8000];

const slack = (transport: 'socket' | 'http', started: RegExp): Way => ({
  started,
  async open() {
    const platform = await startSlack({ transport, retryAfter: RETRY_AFTER_MS });
    const connect = (port: string) => platform.deliverTo(`http://127.0.0.1:${port}/slack/events`);
    return { platform, connect: transport === 'http' ? connect : async () => {} };
  },
  ask: (person, question) => person.mention(question),
});

/**
 * The ways to ask the bot. What counts as acknowledged is what the platform waits for: the callback of Discord's
 * interaction, the acknowledgement of Slack's envelope in Socket Mode, and the whole answer, 200, to its signed request.
 */
export const WAYS = {
  discord: {
    started: /Discord +started/,
    async open() {
      const platform = await startDiscord();
      const { token, appId, apiUrl } = platform;
      await registerCommands({ token, appId, apiUrl });
      return { platform, connect: async () => {} };
    },
    ask: (person, question) => person.command(question),
  },
  'slack-socket': slack('socket', /Slack +started: by Socket Mode/),
  'slack-http': slack('http', /Slack +started: by signed requests/),
} as const satisfies Readonly<Record<string, Way>>;
