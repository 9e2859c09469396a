import type { Outgoing } from './outgoing.ts';

/** The place of one answer. */
export interface Spot {
  /** Shows it: as a new message, or in place of what is there. */
  show(message: Outgoing): Promise<void>;
  /** Shows it to the asker alone, where that can be; what is there goes. */
  whisper(message: Outgoing): Promise<void>;
  /** Takes away what is there. */
  remove(): Promise<void>;
}

/** One thing after the other, so that what was said last is what stays. */
export function inTurn(spot: Spot): Spot {
  let last: Promise<void> = Promise.resolve();
  const after = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work, work);
    return last;
  };
  return {
    show: (message) => after(() => spot.show(message)),
    whisper: (message) => after(() => spot.whisper(message)),
    remove: () => after(() => spot.remove()),
  };
}
