import type { DetectorHost } from './host/host.ts';
import type { Specialist } from './specialist.ts';
import { createStarter } from './starter/starter.ts';

/** What a specialist needs to be made: the process that runs models. */
export interface SpecialistDeps {
  /** Whoever made it closes it. */
  readonly host: DetectorHost;
}

/** Every specialist by its id: a new one is one folder and one line. */
export const SPECIALISTS = {
  starter: ({ host }) => createStarter({ host }),
} as const satisfies Record<string, (deps: SpecialistDeps) => Specialist>;

export type SpecialistId = keyof typeof SPECIALISTS;
