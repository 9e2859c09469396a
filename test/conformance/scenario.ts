import type { World } from './world.ts';

/** What happens, and what is expected of it, on whatever platform. */
export type Scenario = (world: World) => Promise<void>;
export type Scenarios = Readonly<Record<string, Scenario>>;
