import * as z from 'zod';
import { list, text } from './form.ts';

/** A form with text fields, each in a row (as it was) or in a label (as it is now). */
const input = {
  type: z.literal(4),
  id: z.int().optional(),
  custom_id: text(100, 1),
  style: z.literal([1, 2]),
  min_length: z.int().min(0).max(4000).optional(),
  max_length: z.int().min(1).max(4000).optional(),
  required: z.boolean().optional(),
  value: text(4000).optional(),
  placeholder: text(100).optional(),
};
const inRow = z.strictObject({
  type: z.literal(1),
  id: z.int().optional(),
  components: list(z.strictObject({ ...input, label: text(45, 1) }), 1, 1),
});
const inLabel = z.strictObject({
  type: z.literal(18),
  id: z.int().optional(),
  label: text(45, 1),
  description: text(100).optional(),
  component: z.strictObject(input),
});

export const Modal = z.strictObject({
  custom_id: text(100, 1),
  title: text(45, 1),
  components: list(z.discriminatedUnion('type', [inRow, inLabel]), 5, 1),
});
export type Modal = z.infer<typeof Modal>;

export const inputsOf = ({ components }: Modal) =>
  components.map((each) => (each.type === 1 ? each.components[0]! : each.component));

/** What Discord sends when a person submits the form with these values. */
export const submitted = ({ components }: Modal, values: Readonly<Record<string, string>>): object[] =>
  components.map((each, place) => {
    const { custom_id } = each.type === 1 ? each.components[0]! : each.component;
    const filled = { type: 4, id: 2 * place + 2, custom_id, value: values[custom_id] ?? '' };
    const id = 2 * place + 1;
    return each.type === 1 ? { type: 1, id, components: [filled] } : { type: 18, id, component: filled };
  });
