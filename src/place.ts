/**
 * What an adapter and the conversation core say to each other. An adapter translates what its platform sends into these,
 * and these into what its platform shows; it decides nothing.
 */

import type { ErrorCode } from './errors.ts';

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
  /** Why it cannot be had, where the platform has said so already: it is not fetched. */
  readonly refused?: { readonly code: ErrorCode; readonly message: string };
  /** A smaller copy that the platform has made, for where the picture itself cannot be read. */
  readonly smaller?: PictureRef;
}

/** Media types that say nothing of what a file is. */
const ANY_TYPE = /^(application\/octet-stream|binary)/;

/**
 * Why a file is not fetched, where the platform says that it is no picture.
 * @param type the media type; none or an empty one where the platform does not know it
 * @param name what the platform calls that type; the type itself unless told
 * @example refusedByType('text/plain', 'Plain Text') // { refused: { code: 'not-a-picture', message: '… "Plain Text".' } }
 */
export function refusedByType(type: string | null | undefined, name = type): Pick<PictureRef, 'refused'> {
  if (!type || type.startsWith('image/') || ANY_TYPE.test(type)) return {};
  return { refused: { code: 'not-a-picture', message: `The file is not a picture: its type is "${name}".` } };
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
