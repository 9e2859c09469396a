/**
 * Environment of whatever loads ONNX Runtime: since 1.29 its Linux binary reports names, shapes and hashes of models
 * to its maker, keeping a data base in the home folder, unless this is set before it is loaded.
 */
export const NO_TELEMETRY = { ORT_DISABLE_TELEMETRY: '1' } as const;
