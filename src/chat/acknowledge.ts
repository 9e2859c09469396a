/**
 * Does what a platform told, and acknowledges that once: when `work` says that it is written down, so that nothing is lost
 * should this process die, or after `withinMs` milliseconds in any case, before the platform gives up.
 * @param send acknowledges it; never rejects
 * @example await acknowledgeOnce(() => defer(interaction), 2000, (accepted) => chat.ask(question, { ...handle, accepted }));
 */
export async function acknowledgeOnce<T>(
  send: () => Promise<void>,
  withinMs: number,
  work: (accepted: () => Promise<void>) => Promise<T>,
): Promise<T> {
  let sent: Promise<void> | undefined;
  const accepted = (): Promise<void> => {
    sent ??= send();
    return sent;
  };
  const late = setTimeout(() => void accepted(), withinMs);
  try {
    return await work(accepted);
  } finally {
    clearTimeout(late);
  }
}
