import * as z from 'zod';
import { list, snowflake, text } from './form.ts';

/** What Discord accepts in a message, with its documented limits. Only the older components: rows of buttons. */

const url = z.string().regex(/^(https?|attachment):\/\/\S+$/i, 'Not a well formed URL.');
const media = z.strictObject({ url: url, height: z.int().optional(), width: z.int().optional() });

const Embed = z.strictObject({
  title: text(256).nullish(),
  type: z.literal('rich').optional(),
  description: text(4096).nullish(),
  url: url.nullish(),
  timestamp: z.iso.datetime({ offset: true }).nullish(),
  color: z.int().min(0).max(0xffffff).nullish(),
  footer: z.strictObject({ text: text(2048, 1), icon_url: url.nullish() }).nullish(),
  image: media.nullish(),
  thumbnail: media.nullish(),
  author: z.strictObject({ name: text(256, 1), url: url.nullish(), icon_url: url.nullish() }).nullish(),
  fields: list(
    z.strictObject({ name: text(256, 1), value: text(1024, 1), inline: z.boolean().optional() }),
    25,
  ).nullish(),
});
export type Embed = z.infer<typeof Embed>;

/** The characters that count against the 6,000 of all embeds of a message. */
export const weight = ({ title, description, footer, author, fields }: Embed): number =>
  [
    title,
    description,
    footer?.text,
    author?.name,
    ...(fields ?? []).flatMap((f) => [f.name, f.value]),
  ].reduce((sum, part) => sum + [...(part ?? '')].length, 0);

const emoji = z.strictObject({
  id: snowflake.nullish(),
  name: z.string().nullish(),
  animated: z.boolean().optional(),
});
const common = { type: z.literal(2), id: z.int().optional(), disabled: z.boolean().optional() };
const pressed = z.strictObject({
  ...common,
  style: z.literal([1, 2, 3, 4]),
  label: text(80).optional(),
  emoji: emoji.optional(),
  custom_id: text(100, 1),
});
const link = z.strictObject({
  ...common,
  style: z.literal(5),
  label: text(80).optional(),
  emoji: emoji.optional(),
  url: text(512, 1),
});
const Button = z.discriminatedUnion('style', [pressed, link]).superRefine(({ label, emoji }, context) => {
  if (label || emoji) return;
  const params = { code: 'BUTTON_COMPONENT_INVALID_LABEL' };
  context.addIssue({ code: 'custom', message: 'A button must have a label or an emoji', params });
});
export type Button = z.infer<typeof Button>;

const Row = z.strictObject({ type: z.literal(1), id: z.int().optional(), components: list(Button, 5, 1) });
export type Row = z.infer<typeof Row>;

const Rows = list(Row, 5).superRefine((rows, context) => {
  const seen = new Set<string>();
  for (const [row, { components }] of rows.entries()) {
    for (const [place, button] of components.entries()) {
      if (!('custom_id' in button)) continue;
      if (seen.has(button.custom_id)) {
        context.addIssue({
          code: 'custom',
          path: [row, 'components', place, 'custom_id'],
          message: 'Component custom id cannot be duplicated',
          params: { code: 'COMPONENT_CUSTOM_ID_DUPLICATED' },
        });
      }
      seen.add(button.custom_id);
    }
  }
});

const Embeds = list(Embed, 10).superRefine((embeds, context) => {
  if (embeds.reduce((sum, embed) => sum + weight(embed), 0) <= 6000) return;
  const params = { code: 'MAX_EMBED_SIZE_EXCEEDED' };
  context.addIssue({ code: 'custom', message: 'Embed size exceeds maximum size of 6000', params });
});

export const AllowedMentions = z
  .strictObject({
    parse: z.array(z.enum(['roles', 'users', 'everyone'])).optional(),
    roles: list(snowflake, 100).optional(),
    users: list(snowflake, 100).optional(),
    replied_user: z.boolean().optional(),
  })
  .superRefine(({ parse = [], roles, users }, context) => {
    for (const [key, ids] of Object.entries({ roles, users })) {
      if (!ids?.length || !parse.includes(key as 'roles')) continue;
      const message = `parse:["${key}"] and ${key}: [ids...] are mutually exclusive.`;
      context.addIssue({
        code: 'custom',
        message,
        params: { code: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE' },
      });
    }
  });
export type AllowedMentions = z.infer<typeof AllowedMentions>;

const Attachment = z.strictObject({
  id: z.union([z.string(), z.int()]).transform(String),
  filename: z.string().max(1024).optional(),
  title: text(1024).nullish(),
  description: text(1024).nullish(),
  // Of a voice message; the client sends them empty.
  duration_secs: z.null().optional(),
  waveform: z.null().optional(),
});

const written = {
  content: text(2000).nullish(),
  tts: z.boolean().optional(),
  embeds: Embeds.nullish(),
  allowed_mentions: AllowedMentions.nullish(),
  components: Rows.nullish(),
  flags: z.int().min(0).nullish(),
  attachments: list(Attachment, 10).nullish(),
  nonce: z.union([z.string().max(25), z.int()]).optional(),
  enforce_nonce: z.boolean().optional(),
};

/** A message in a channel. */
export const NewMessage = z.strictObject({
  ...written,
  message_reference: z
    .strictObject({
      type: z.literal(0).optional(),
      message_id: snowflake,
      channel_id: snowflake.optional(),
      guild_id: snowflake.optional(),
      fail_if_not_exists: z.boolean().optional(),
    })
    .optional(),
});
export type NewMessage = z.infer<typeof NewMessage>;

/** A change of a message, or what a webhook sends: the same without a reference. */
export const Written = z.strictObject(written);
export type Written = z.infer<typeof Written>;
