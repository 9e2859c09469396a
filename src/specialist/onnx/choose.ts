import { messageOf } from '../../errors.ts';
import { type Device, OPTIMISATIONS } from '../device.ts';
import type { Attempt, Refused } from '../host/protocol.ts';

export interface Choice<S> {
  /** In this order. */
  readonly devices: readonly Device[];
  /** Why a device needs no try. */
  ruledOut(device: Device): string | undefined;
  /** Opens a session and shows that it runs. @throws whatever is against that */
  open(attempt: Attempt): Promise<S>;
  /** A refusal in words that help. */
  explain(device: Device, said: string): string;
}

export interface Chosen<S> extends Attempt {
  readonly session: S;
  readonly refused: readonly Refused[];
}

/** No way to run a model was left. */
export class AllRefused extends Error {
  readonly refused: readonly Refused[];
  constructor(refused: readonly Refused[]) {
    super(refused.at(-1)?.why);
    this.refused = refused;
  }
}

/** It runs, but no optimisation makes it worth running here. */
export class NotWorthIt extends Error {}

/** The file itself, a library, a driver, a card or its memory: less optimisation does not help against those. */
const NO_MATTER_OF_OPTIMISATION =
  /^Load model from|shared library|WebGPU adapter|backend not found|CUDA (failure|error)|out of memory|failed to allocate/i;

const mayBeOptimisation = (thrown: unknown): boolean =>
  !(thrown instanceof NotWorthIt) && !NO_MATTER_OF_OPTIMISATION.test(messageOf(thrown));

/**
 * The first device that runs a model, with as much optimisation as it survives there: some half precision graphs only
 * load, or only run, with less.
 * @throws AllRefused
 */
export async function choose<S>({ devices, ruledOut, open, explain }: Choice<S>): Promise<Chosen<S>> {
  const refused: Refused[] = [];
  for (const device of devices) {
    const no = ruledOut(device);
    if (no) {
      refused.push({ device, optimisation: 'all', why: no });
      continue;
    }
    for (const optimisation of OPTIMISATIONS) {
      try {
        const session = await open({ device, optimisation });
        return { device, optimisation, session, refused };
      } catch (thrown) {
        refused.push({ device, optimisation, why: explain(device, messageOf(thrown)) });
        if (!mayBeOptimisation(thrown)) break;
      }
    }
  }
  throw new AllRefused(refused);
}
