/** Where an answer goes. */
export interface Address {
  readonly channel: string;
  /** Who asks. */
  readonly user: string;
  /** The thread that it goes to; none in a direct conversation, and where nobody wrote a message. */
  readonly thread?: string;
  /** The message that is answered. */
  readonly message?: string;
  /** When it was asked, in Slack's way: seconds since 1970. */
  readonly since: string;
  /** Tells one of our answers from the others. */
  readonly id: string;
  /** The conversation that goes on from the answer. */
  readonly conversation: string;
  /** Whether we may have begun to answer it before a restart. */
  readonly begun?: boolean;
}

const NONE = '-';

/** As text to be kept until after a restart. */
export const resumeOf = ({ channel, user, thread, message, since, id, conversation }: Address): string =>
  [channel, user, thread ?? NONE, message ?? NONE, since, id, conversation].join(' ');

/** Undefined for what is none. */
export function readResume(text: string): Address | undefined {
  const parts = text.split(' ');
  if (parts.length !== 7 || parts.includes('')) return undefined;
  const [channel, user, thread, message, since, id, conversation] = parts as [
    ...[string, string, string, string],
    ...[string, string, string],
  ];
  return {
    ...{ channel, user, since, id, conversation, begun: true },
    ...(thread !== NONE && { thread }),
    ...(message !== NONE && { message }),
  };
}
