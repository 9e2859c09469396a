import { createGroundingDino } from './grounding-dino/grounding-dino.ts';
import type { Specialist, SpecialistDeps } from './specialist.ts';
import { createStarter } from './starter/starter.ts';

/** Every kind of specialist, as the registry of models names it: a new one is one folder and one line. */
export const SPECIALISTS = {
  starter: createStarter,
  'grounding-dino': createGroundingDino,
} as const satisfies Record<string, (deps: SpecialistDeps) => Specialist>;

export type SpecialistKind = keyof typeof SPECIALISTS;
