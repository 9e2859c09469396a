/** Where a model may run, in the order of preference. */
export const DEVICES = ['cuda', 'webgpu', 'cpu'] as const;
export type Device = (typeof DEVICES)[number];

/** A device, or the first one that works. */
export const DEVICE_CHOICES = ['auto', ...DEVICES] as const;
export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

/** The devices to try for a choice, in this order. */
export const devicesOf = (choice: DeviceChoice): readonly Device[] =>
  choice === 'auto' ? DEVICES : [choice];

/** How far ONNX Runtime may rewrite a graph, most first; some half precision graphs only load with less. */
export const OPTIMISATIONS = ['all', 'basic', 'disabled'] as const;
export type Optimisation = (typeof OPTIMISATIONS)[number];
