import { parseArgs } from 'node:util';
import { startDiscord } from './server.ts';

/** The stand-in as a program: prints the settings that make a bot talk to it, and runs until it is stopped. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'cdn-port': { type: 'string', default: '0' },
    token: { type: 'string' },
    /** Switches on the intent for the content of messages. */
    'message-content': { type: 'boolean', default: false },
  },
});

const discord = await startDiscord({
  port: Number(values.port),
  cdnPort: Number(values['cdn-port']),
  privileged: values['message-content'] ? 1 << 15 : 0,
  ...(values.token && { token: values.token }),
});
for (const [name, value] of Object.entries(discord.settings)) process.stdout.write(`${name}=${value}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void discord.close());
