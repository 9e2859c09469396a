/** The beginning of a text, at most so many UTF-16 units, and never half a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.max(0, most);
  const half = /[\ud800-\udbff]$/.test(text.slice(0, end));
  return text.slice(0, half ? end - 1 : end);
}
