import { parseArgs } from 'node:util';
import { KNOWING, POLICIES } from './policies.ts';
import { startStandIn } from './server.ts';
import { truthsOf } from './truth.ts';
import { FAULTS, type FaultName, type Policy } from './wire.ts';

/** The stand-in as a program: prints its base URL, and runs until it is stopped. */
const { values } = parseArgs({
  options: {
    policy: { type: 'string', default: 'echo' },
    /** What the knowing policies know: an annotation file, and the folder of its photos. */
    annotations: { type: 'string' },
    images: { type: 'string' },
    /** How often the noisy one is wrong. */
    'error-rate': { type: 'string', default: '0.2' },
    port: { type: 'string', default: '0' },
    key: { type: 'string' },
    model: { type: 'string', multiple: true, default: ['stand-in'] },
    /** As many times as there are kinds: --fault stall --fault html. */
    fault: { type: 'string', multiple: true, default: [] },
    'fault-rate': { type: 'string', default: '0.2' },
    seed: { type: 'string', default: '1' },
    /** Ends with whoever started it, however that ends. */
    'until-stdin-ends': { type: 'boolean', default: false },
  },
});

const policy = await policyOf(values.policy);
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
const end = async (): Promise<void> => {
  await server.close();
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
if (values['until-stdin-ends']) process.stdin.once('end', end).resume();

async function policyOf(name: string): Promise<Policy> {
  if (Object.hasOwn(POLICIES, name)) return POLICIES[name]!;
  if (!Object.hasOwn(KNOWING, name)) {
    const all = [...Object.keys(POLICIES), ...Object.keys(KNOWING)];
    throw new Error(`No policy "${name}"; there is ${all.join(', ')}.`);
  }
  if (!values.annotations || !values.images) throw new Error(`"${name}" needs --annotations and --images.`);
  const truths = await truthsOf(values.annotations, values.images);
  const noise = { rate: Number(values['error-rate']), seed: Number(values.seed) };
  return KNOWING[name as keyof typeof KNOWING]({ truths, ...noise });
}
