import { defineConfig } from 'vitest/config';
import { NO_TELEMETRY } from './src/detector/runtime/telemetry.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two files at a time: each may own a detector process with two threads of its own.
    maxWorkers: 2,
    // Stand-ins are not asked what they see, but by the tests of that.
    env: { ...NO_TELEMETRY, SPOTTER_MLLM_PROBE: 'false' },
  },
});
