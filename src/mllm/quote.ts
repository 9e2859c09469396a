/** Longest text of somebody else's that goes into a prompt, in characters. */
export const QUOTED_LENGTH = 500;

/**
 * Somebody else's words, to stand between double quotes in a prompt: one line, without anything that could end the
 * quotation or mean something to a chat template ("<|im_end|>", "[INST]"). Quotation marks become apostrophes,
 * angle and square brackets parentheses; what cannot be seen is dropped; what is too long is cut off.
 */
export function quoted(text: string, length = QUOTED_LENGTH): string {
  const line = text
    .slice(0, 8 * length)
    .replace(/\s+/gu, ' ')
    .replace(/(?![\u200c\u200d])\p{C}/gu, '')
    .normalize('NFC')
    .replace(/\p{Quotation_Mark}/gu, "'")
    .replace(/[<[]/g, '(')
    .replace(/[>\]]/g, ')')
    .replace(/ +/g, ' ')
    .trim();
  return Array.from(line).slice(0, length).join('').trim();
}
