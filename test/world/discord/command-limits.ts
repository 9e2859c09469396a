import * as z from 'zod';
import { list, text } from './form.ts';

/** Commands as a bot registers them. */
const Option = z.strictObject({
  type: z.int().min(3).max(11),
  name: z.string().regex(/^[-_'\p{Ll}\p{Lo}\p{N}]{1,32}$/u, 'String value did not match validation regex.'),
  name_localizations: z.record(z.string(), z.string()).nullish(),
  description: text(100, 1),
  description_localizations: z.record(z.string(), z.string()).nullish(),
  required: z.boolean().optional(),
  choices: list(
    z.strictObject({ name: text(100, 1), value: z.union([z.string(), z.number()]) }),
    25,
  ).optional(),
  autocomplete: z.boolean().optional(),
  min_length: z.int().min(0).max(6000).optional(),
  max_length: z.int().min(1).max(6000).optional(),
  min_value: z.number().optional(),
  max_value: z.number().optional(),
});

const common = {
  name_localizations: z.record(z.string(), z.string()).nullish(),
  default_member_permissions: z.string().nullish(),
  dm_permission: z.boolean().optional(),
  integration_types: z.array(z.literal([0, 1])).nullish(),
  contexts: z.array(z.literal([0, 1, 2])).nullish(),
  nsfw: z.boolean().optional(),
};
const chat = z.strictObject({
  ...common,
  type: z.literal(1),
  name: z.string().regex(/^[-_'\p{Ll}\p{Lo}\p{N}]{1,32}$/u, 'String value did not match validation regex.'),
  description: text(100, 1),
  description_localizations: z.record(z.string(), z.string()).nullish(),
  options: list(Option, 25)
    .optional()
    .superRefine((options = [], context) => {
      const late = options.findIndex((option, at) => option.required && at > 0 && !options[at - 1]!.required);
      if (late < 0) return;
      const params = { code: 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID' };
      const message = 'Required options must be placed before non-required options';
      context.addIssue({ code: 'custom', path: [late], message, params });
    }),
});
const menu = z.strictObject({
  ...common,
  type: z.literal([2, 3]),
  name: text(32, 1),
  description: z.literal('').optional(),
});

/** Without a type it is a command of the chat. */
const Command = z.preprocess(
  (command) => ({ type: 1, ...(command as object) }),
  z.discriminatedUnion('type', [chat, menu]),
);
export type Command = z.infer<typeof Command>;
export const Commands = list(Command, 100);
