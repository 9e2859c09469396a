import { createMetrics } from '../../src/service/metrics.ts';

const metrics = createMetrics({ platforms: [] });
metrics.downloaded(1);
await metrics.text();
console.log('done');
