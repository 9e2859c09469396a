import * as z from 'zod';
import { type FormIssue, invalidForm } from './errors.ts';

/** Reads what the bot sent. @throws Refusal "Invalid Form Body", in Discord's words */
export function readForm<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body ?? {});
  if (read.success) return read.data;
  throw invalidForm(read.error.issues.flatMap(said));
}

/** Counts characters as Discord does: code points. */
export const text = (most: number, least = 0) =>
  z.string().superRefine((value, context) => {
    const { length } = [...value];
    if (length >= least && length <= most) return;
    const form =
      length > most && least <= 1
        ? { code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${most} or fewer in length.` }
        : { code: 'BASE_TYPE_BAD_LENGTH', message: `Must be between ${least} and ${most} in length.` };
    // An empty string is for Discord a field that is missing.
    const missing = { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' };
    const { code, message } = length === 0 ? missing : form;
    context.addIssue({ code: 'custom', message, params: { code } });
  });

export const list = <T extends z.ZodType>(of: T, most: number, least = 0) =>
  z.array(of).superRefine(({ length }, context) => {
    if (length >= least && length <= most) return;
    const message = least
      ? `Must be between ${least} and ${most} in length.`
      : `Must be ${most} or fewer in length.`;
    context.addIssue({ code: 'custom', message, params: { code: 'BASE_TYPE_BAD_LENGTH' } });
  });

export const snowflake = z.string().regex(/^\d{1,20}$/);

function said(issue: z.core.$ZodIssue): FormIssue[] {
  const { path } = issue;
  if (issue.code === 'custom') {
    return [{ path, code: String(issue.params?.code ?? 'BASE_TYPE_BAD'), message: issue.message }];
  }
  // Discord takes no notice of fields that it does not know; here they are refused, so that misspelt ones are found.
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      code: 'UNKNOWN_FIELD',
      message: 'This field is not known',
    }));
  }
  if (issue.code === 'invalid_type' && issue.message.includes('undefined')) {
    return [{ path, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }];
  }
  if (issue.code === 'invalid_value') {
    const message = `Value must be one of (${issue.values.join(', ')}).`;
    return [{ path, code: 'BASE_TYPE_CHOICES', message }];
  }
  return [{ path, code: 'BASE_TYPE_BAD', message: issue.message }];
}
