import { parseArgs } from 'node:util';
import { startSlack } from './server.ts';

/** The stand-in as a program: prints the settings that make a bot talk to it, and runs until it is stopped. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'files-port': { type: 'string', default: '0' },
    /** Where the bot listens; without one, it connects by Socket Mode. */
    events: { type: 'string' },
    'signing-secret': { type: 'string' },
    /** What the token may do: --scope chat:write --scope files:read; everything without. */
    scope: { type: 'string', multiple: true },
  },
});

const slack = await startSlack({
  port: Number(values.port),
  filesPort: Number(values['files-port']),
  transport: values.events ? 'http' : 'socket',
  ...(values['signing-secret'] && { signingSecret: values['signing-secret'] }),
  ...(values.scope && { scopes: values.scope }),
});
for (const [name, value] of Object.entries(slack.settings)) process.stdout.write(`${name}=${value}\n`);
if (values.events) await slack.deliverTo(values.events);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void slack.close());
