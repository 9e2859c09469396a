import { parseArgs } from 'node:util';
import { FAULTS, type FaultName } from './faults.ts';
import { POLICIES } from './policies.ts';
import { startStandIn } from './server.ts';

/** The stand-in as a program: prints its base URL, and runs until it is stopped. */
const { values } = parseArgs({
  options: {
    policy: { type: 'string', default: 'echo' },
    port: { type: 'string', default: '0' },
    key: { type: 'string' },
    model: { type: 'string', multiple: true, default: ['stand-in'] },
    /** As many times as there are kinds: --fault stall --fault html. */
    fault: { type: 'string', multiple: true, default: [] },
    'fault-rate': { type: 'string', default: '0.2' },
    seed: { type: 'string', default: '1' },
  },
});

const policy = POLICIES[values.policy];
if (!policy) throw new Error(`No policy "${values.policy}"; there is ${Object.keys(POLICIES).join(', ')}.`);
const unknown = values.fault.find((name) => !(name in FAULTS));
if (unknown) throw new Error(`No fault "${unknown}"; there is ${Object.keys(FAULTS).join(', ')}.`);

const server = await startStandIn({
  policy,
  port: Number(values.port),
  dialect: { models: values.model, ...(values.key && { key: values.key }) },
  ...(values.fault.length > 0 && {
    faults: {
      rate: Number(values['fault-rate']),
      of: values.fault as FaultName[],
      seed: Number(values.seed),
    },
  }),
});
process.stdout.write(`${server.baseURL}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
