import { SpotterError } from '../../errors.ts';
import type { Entry, Licence } from '../registry/schema.ts';
import type { LockFile } from '../store/lock-file.ts';

/** Whether a licence is accepted: said beforehand, or asked of whoever pulls a variant of the model `id`. */
export type AcceptLicence =
  | boolean
  | ((licence: Licence, pulled: { readonly id: string; readonly variant: string }) => Promise<boolean>);

/**
 * The licence of what is pulled as `reference`, as accepted now, or earlier as long as it is still the same one.
 * @throws SpotterError licence-not-accepted
 */
export async function acceptedLicence(
  { id, licence }: Entry,
  variant: string,
  reference: string,
  lock: LockFile | undefined,
  accept: AcceptLicence,
): Promise<LockFile['licence']> {
  const before = lock?.licence;
  if (before?.id === licence.id && before.url === licence.url) return before;
  const accepted = typeof accept === 'function' ? await accept(licence, { id, variant }) : accept;
  if (accepted) return { ...licence, accepted: new Date().toISOString() };
  const sentence = `${id} may be used under the licence ${licence.id}, which has not been accepted.`;
  const hint = `Read it (${licence.url}), and to accept it run "spotter models pull ${reference} --accept-licence".`;
  throw new SpotterError('licence-not-accepted', sentence, hint);
}
