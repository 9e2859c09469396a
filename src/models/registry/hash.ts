/** A whole sha256 in hex, or what is known of one: how it begins and how it ends, "48435b57…38d6ac". */
export const HASH = /^[0-9a-f]{64}$|^[0-9a-f]{4,60}…[0-9a-f]{4,60}$/;

/** Whether the bytes that a whole hash stands for are pinned by it. */
export const isWhole = (hash: string | null): hash is string => hash !== null && !hash.includes('…');

/** Whether a whole sha256 is what is known of it; nothing known is no objection. */
export function agrees(known: string | null, sha256: string): boolean {
  const [start = '', end] = known?.split('…') ?? [];
  return end === undefined
    ? known === null || known === sha256
    : sha256.startsWith(start) && sha256.endsWith(end);
}
