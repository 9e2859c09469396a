import { describe, expect, it } from 'vitest';
import { adviceOn, explain, ruledOut } from '../../../src/detector/runtime/devices.ts';

describe('what stands against a device', () => {
  it('is nothing for the processor', () => {
    expect(ruledOut('cpu', false)).toBeUndefined();
    expect(ruledOut('cpu', true)).toBeUndefined();
  });

  it('is never the want of a card for WebGPU that was asked for by name: there are software adapters', () => {
    expect(ruledOut('webgpu', true)).toBeUndefined();
  });

  it('is said in one line, without the places in somebody else’s source', () => {
    const said =
      '/onnxruntime_src/onnxruntime/core/a.cc:136 onnxruntime::A::B(const C&)::<lambda()> status == D::E was false. It broke\nin two.\n';
    expect(explain('cuda', said)).toBe('It broke in two.');
    expect(explain('cpu', 'x'.repeat(1000))).toHaveLength(400);
  });

  it('is said with its reason where ONNX Runtime has none', () => {
    const why = explain('webgpu', 'Failed to get a WebGPU adapter: No supported adapters');
    expect(why).toMatch(
      /^There is no adapter: (libvulkan\.so\.1 is missing|no driver offers a graphics card here)\.$/,
    );
  });

  it('comes with something to do', () => {
    expect(adviceOn('cuda')).toContain('docs/gpu.md');
    expect(adviceOn('webgpu')).toContain('Vulkan');
  });
});
