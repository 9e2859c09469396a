/**
 * What an adapter and the conversation core say to each other. An adapter translates what its platform sends into these,
 * and these into what its platform shows; it decides nothing.
 */

/** Where a picture is, as the platform says it; nothing has been fetched. Plain data: it is remembered. */
export interface PictureRef {
  readonly url: string;
  /** From the platform's own hosts, or a link that somebody wrote. */
  readonly origin: 'platform' | 'link';
  /** How the adapter finds it again when the address has expired; its own business. */
  readonly key?: string;
  readonly name?: string;
  /** As the platform says, in bytes. */
  readonly size?: number;
  /** Covered until somebody wants to see it; so is what is drawn of it. */
  readonly spoiler?: boolean;
}

/** Who asks, and where. */
export interface Place {
  readonly platform: string;
  /** Follow-ups in it are about the same picture: a thread, a direct message, a channel without threads. */
  readonly conversation: string;
  readonly channel: string;
  readonly asker: string;
  /** Roles or groups of the asker, as far as the platform tells them. */
  readonly roles?: readonly string[];
  /** A conversation that may branch off from here, such as a thread on this message: it goes on with this answer. */
  readonly branch?: string;
}
