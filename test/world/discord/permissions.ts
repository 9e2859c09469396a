/** The permissions that matter to a bot that answers, and their bits as documented. */
export const PERMISSIONS = {
  addReactions: 1n << 6n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readHistory: 1n << 16n,
  mentionEveryone: 1n << 17n,
  createThreads: 1n << 35n,
  sendInThreads: 1n << 38n,
} as const;
export type Permission = keyof typeof PERMISSIONS;

export const EVERYTHING = Object.values(PERMISSIONS).reduce((all, bit) => all | bit, 0n);

export const bitsOf = (names: Iterable<Permission>): bigint => {
  let bits = 0n;
  for (const name of names) bits |= PERMISSIONS[name];
  return bits;
};
