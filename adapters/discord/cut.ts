/** The beginning of a text, at most so many UTF-16 units, which are never fewer than Discord counts. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.max(0, most);
  // Not between the halves of a character.
  const half = /[\ud800-\udbff]$/.test(text.slice(0, end));
  return text.slice(0, half ? end - 1 : end);
}
