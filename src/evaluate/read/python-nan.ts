const [QUOTE, BACKSLASH, SPACE, N] = [0x22, 0x5c, 0x20, 0x4e];

/**
 * Python writes a number that is missing as NaN, which is not JSON. Makes a function that blanks the next bytes of a
 * text in place: a NaN outside of strings becomes an empty string, as long as it was, so that places in the file stay
 * right. What is in strings stays as it is.
 */
export function createNanBlanker(): (bytes: Uint8Array) => void {
  let inString = false;
  let escaped = false;
  let left = 0;
  return (bytes) => {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (escaped) escaped = false;
      else if (inString) {
        if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (left > 0) bytes[i] = left-- === 2 ? QUOTE : SPACE;
      else if (byte === QUOTE) inString = true;
      else if (byte === N) {
        bytes[i] = QUOTE;
        left = 2;
      }
    }
  };
}
