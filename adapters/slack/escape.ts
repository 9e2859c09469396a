const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text that Slack shows word for word, and that mentions nobody: mentions are written in angle brackets. */
export const escapeText = (text: string): string => text.replace(/[&<>]/g, (one) => ENTITIES[one]!);

/** What Slack escaped when somebody wrote it. */
export const unescapeText = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
