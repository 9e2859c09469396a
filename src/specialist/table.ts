import type { DetectorHost } from './host/host.ts';
import type { Specialist } from './specialist.ts';
import { createStarter } from './starter/starter.ts';

/** What a specialist may need to be made. */
export interface SpecialistDeps {
  readonly host: DetectorHost;
}

/** Every specialist by its id: a new one is one folder and one line. */
export const SPECIALISTS = {
  starter: createStarter,
} as const satisfies Record<string, (deps: SpecialistDeps) => Specialist>;

export type SpecialistId = keyof typeof SPECIALISTS;
