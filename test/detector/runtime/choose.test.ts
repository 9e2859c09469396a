import { describe, expect, it } from 'vitest';
import { DEVICES, type Device } from '../../../src/config.ts';
import { AllRefused, choose, NotWorthIt } from '../../../src/detector/runtime/devices.ts';
import type { Attempt } from '../../../src/detector/worker/protocol.ts';

/** Opens nothing where `against` has something to say; notes what was tried. */
function trial(against: (attempt: Attempt) => Error | undefined, ruledOut: readonly Device[] = []) {
  const tried: string[] = [];
  const chosen = choose<string>({
    devices: DEVICES,
    ruledOut: (device) => (ruledOut.includes(device) ? `no ${device}` : undefined),
    explain: (device, said) => `${device}: ${said}`,
    async open(attempt) {
      const name = `${attempt.device} ${attempt.optimisation}`;
      tried.push(name);
      const error = against(attempt);
      if (error) throw error;
      return name;
    },
  });
  return { chosen, tried };
}

const everything = () => new Error('Failed to load shared library');
const onlyOn = (good: Partial<Attempt>, said: string) => (attempt: Attempt) =>
  Object.entries(good).every(([key, value]) => attempt[key as keyof Attempt] === value)
    ? undefined
    : new Error(said);

describe('the choice of a device', () => {
  it('is the first that works, with all optimisation, and no other one is tried', async () => {
    const { chosen, tried } = trial(() => undefined);
    expect(await chosen).toEqual({
      device: 'cuda',
      optimisation: 'all',
      session: 'cuda all',
      refused: [],
    });
    expect(tried).toEqual(['cuda all']);
  });

  it('climbs down from optimisation where that may be to blame', async () => {
    const { chosen, tried } = trial(
      onlyOn(
        { optimisation: 'basic' },
        'Type Error: Type parameter (T) of Optype (Concat) bound to different types',
      ),
    );
    expect(await chosen).toMatchObject({ device: 'cuda', optimisation: 'basic' });
    expect(tried).toEqual(['cuda all', 'cuda basic']);
  });

  it('goes down to none, and on to the next device, before it gives up', async () => {
    const { chosen, tried } = trial(onlyOn({ device: 'webgpu', optimisation: 'disabled' }, 'fusion failed'));
    const { refused, ...rest } = await chosen;
    expect(rest).toEqual({ device: 'webgpu', optimisation: 'disabled', session: 'webgpu disabled' });
    expect(tried).toEqual(DEVICES.slice(0, 2).flatMap((d) => [`${d} all`, `${d} basic`, `${d} disabled`]));
    expect(refused).toHaveLength(5);
    expect(refused[4]).toEqual({ device: 'webgpu', optimisation: 'basic', why: 'webgpu: fusion failed' });
  });

  it.each([
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'Failed to get a WebGPU adapter: No supported adapters',
    'Load model from a.onnx failed:Protobuf parsing failed.',
    'CUDA failure 2: out of memory ; GPU=0 ; hostname=a',
    'CUDA error cudaErrorNoDevice:no CUDA-capable device is detected',
  ])('does not climb down on "%s"', async (said) => {
    const { chosen, tried } = trial(onlyOn({ device: 'cpu' }, said));
    expect(await chosen).toMatchObject({ device: 'cpu', optimisation: 'all' });
    expect(tried).toEqual(['cuda all', 'webgpu all', 'cpu all']);
  });

  it('leaves a device alone that is not worth it, whatever the optimisation', async () => {
    const { chosen, tried } = trial(({ device }) =>
      device === 'cpu' ? undefined : new NotWorthIt('It is slower.'),
    );
    expect((await chosen).refused.map(({ why }) => why)).toEqual([
      'cuda: It is slower.',
      'webgpu: It is slower.',
    ]);
    expect(tried).toHaveLength(3);
  });

  it('does not try what is ruled out, and says so', async () => {
    const { chosen, tried } = trial(() => undefined, ['cuda', 'webgpu']);
    expect(await chosen).toMatchObject({
      device: 'cpu',
      refused: [
        { device: 'cuda', why: 'no cuda' },
        { device: 'webgpu', why: 'no webgpu' },
      ],
    });
    expect(tried).toEqual(['cpu all']);
  });

  it('fails with every refusal when nothing is left', async () => {
    const { chosen } = trial(everything);
    await expect(chosen).rejects.toBeInstanceOf(AllRefused);
    const { message, refused } = (await chosen.catch((error) => error)) as AllRefused;
    expect(message).toBe('cpu: Failed to load shared library');
    expect(refused.map(({ device }) => device)).toEqual(['cuda', 'webgpu', 'cpu']);
  });
});
