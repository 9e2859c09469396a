// The detector process as on a platform that onnxruntime-node has no binary for.

import { register } from 'node:module';

const hook = `export function resolve(specifier, context, next) {
  if (specifier === 'onnxruntime-node') throw new Error('no binary for this platform');
  return next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
await import('../../../src/detector/worker/child.ts');
