import * as z from 'zod';

/** What is wrong with it, in Slack's words: "must be less than 3001 characters [json-pointer:/blocks/0/text/text]". */
export function faultsOf(schema: z.ZodType, value: unknown, at: string): string[] {
  const read = schema.safeParse(value);
  if (read.success) return [];
  return read.error.issues.flatMap((issue) => {
    const where = (path: readonly PropertyKey[]) => ` [json-pointer:${[at, ...path.map(String)].join('/')}]`;
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => `invalid additional property: ${key}${where(issue.path)}`);
    if (issue.code === 'invalid_union') return [`unsupported type${where(issue.path)}`];
    if (issue.code === 'invalid_type' && issue.message.includes('undefined')) {
      return [`missing required field: ${String(issue.path.at(-1))}${where(issue.path.slice(0, -1))}`];
    }
    return [`${issue.message}${where(issue.path)}`];
  });
}

/** Slack counts characters as JavaScript does. */
export const text = (most: number, least = 1) =>
  z
    .string()
    .min(least, `must be more than ${least - 1} characters`)
    .max(most, `must be less than ${most + 1} characters`);

export const list = <T extends z.ZodType>(of: T, most: number, least = 0) =>
  z
    .array(of)
    .min(least, `no less than ${least} items required`)
    .max(most, `no more than ${most} items allowed`);

export const plain = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(most), emoji: z.boolean().optional() });

export const words = (most: number) =>
  z.discriminatedUnion('type', [
    plain(most),
    z.strictObject({ type: z.literal('mrkdwn'), text: text(most), verbatim: z.boolean().optional() }),
  ]);
