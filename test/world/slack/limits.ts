import * as z from 'zod';
import { faultsOf, list, plain, text, words } from './form.ts';

/** The blocks that a bot like this one may use, with their documented limits. Slack knows more of them. */
const id = { block_id: text(255).optional() };

const confirm = z.strictObject({
  title: plain(100),
  text: words(300),
  confirm: plain(30),
  deny: plain(30),
  style: z.enum(['primary', 'danger']).optional(),
});
const Button = z.strictObject({
  type: z.literal('button'),
  text: plain(75),
  action_id: text(255).optional(),
  url: text(3000).optional(),
  value: text(2000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
  accessibility_label: text(75).optional(),
});
const option = z.strictObject({ text: plain(75), value: text(150), description: plain(75).optional() });
const Select = z.strictObject({
  type: z.literal('static_select'),
  placeholder: plain(150).optional(),
  action_id: text(255).optional(),
  options: list(option, 100, 1),
  initial_option: option.optional(),
  focus_on_load: z.boolean().optional(),
});
/** By address, or a file of Slack. */
const picture = {
  type: z.literal('image'),
  alt_text: text(2000),
  image_url: text(3000).optional(),
  slack_file: z.strictObject({ id: text(255).optional(), url: text(3000).optional() }).optional(),
};
const Input = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: text(255).optional(),
  initial_value: z.string().optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
  focus_on_load: z.boolean().optional(),
  placeholder: plain(150).optional(),
});

const Section = z.strictObject({
  type: z.literal('section'),
  ...id,
  text: words(3000).optional(),
  fields: list(words(2000), 10, 1).optional(),
  accessory: z.discriminatedUnion('type', [Button, Select, z.strictObject(picture)]).optional(),
  expand: z.boolean().optional(),
});
const Actions = z.strictObject({
  type: z.literal('actions'),
  ...id,
  elements: list(z.discriminatedUnion('type', [Button, Select]), 25, 1).superRefine((elements, context) => {
    const ids = elements.map(({ action_id }) => action_id);
    for (const [place, each] of ids.entries()) {
      if (each === undefined || ids.indexOf(each) === place) continue;
      const message = `\`action_id\` "${each}" already exists for another element`;
      context.addIssue({ code: 'custom', path: [place, 'action_id'], message });
    }
  }),
});
const Context = z.strictObject({
  type: z.literal('context'),
  ...id,
  elements: list(
    z.discriminatedUnion('type', [
      z.strictObject(picture),
      z.strictObject({ type: z.literal('mrkdwn'), text: text(3000), verbatim: z.boolean().optional() }),
      plain(3000),
    ]),
    10,
    1,
  ),
});
const Header = z.strictObject({ type: z.literal('header'), ...id, text: plain(150) });
const Divider = z.strictObject({ type: z.literal('divider'), ...id });
const Image = z.strictObject({ ...picture, ...id, title: plain(2000).optional() });
const Markdown = z.strictObject({ type: z.literal('markdown'), ...id, text: text(12_000) });
const Asking = z.strictObject({
  type: z.literal('input'),
  ...id,
  label: plain(2000),
  element: z.discriminatedUnion('type', [Input, Select]),
  hint: plain(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
});

const shown = [Section, Actions, Context, Header, Divider, Image] as const;
const Block = z.discriminatedUnion('type', [...shown, Markdown, Asking]);
export type Block = z.infer<typeof Block>;

const distinct = <T extends readonly { block_id?: string | undefined }[]>(
  blocks: T,
  context: z.core.$RefinementCtx<T>,
): void => {
  const ids = blocks.map(({ block_id }) => block_id);
  for (const [place, each] of ids.entries()) {
    if (each === undefined || ids.indexOf(each) === place) continue;
    const message = `block_id "${each}" already exists`;
    context.addIssue({ code: 'custom', path: [place, 'block_id'], message });
  }
};
const Blocks = list(Block, 50).superRefine(distinct);

const View = z.strictObject({
  type: z.literal('modal'),
  title: plain(24),
  blocks: list(z.discriminatedUnion('type', [...shown, Asking]), 100).superRefine(distinct),
  close: plain(24).optional(),
  submit: plain(24).optional(),
  private_metadata: text(3000, 0).optional(),
  callback_id: text(255).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  external_id: text(255, 0).optional(),
  submit_disabled: z.boolean().optional(),
});
export type View = z.infer<typeof View>;

export const faultsOfBlocks = (blocks: unknown): string[] => faultsOf(Blocks, blocks, '/blocks');

export function faultsOfView(view: unknown): string[] {
  const faults = faultsOf(View, view, '/view');
  const { blocks = [], submit } = (view ?? {}) as Partial<View>;
  const asks = faults.length === 0 && blocks.some(({ type }) => type === 'input');
  // A form with fields needs a button to send it.
  return asks && !submit ? ['missing required field: submit [json-pointer:/view]'] : faults;
}
