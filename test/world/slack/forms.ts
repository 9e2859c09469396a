import type { View } from './limits.ts';

/** Fields of a form, filled in, in their order. @throws where Slack's own form would not let it be sent */
export function filledIn(
  { blocks }: View,
  values: readonly string[],
): Record<string, Record<string, object>> {
  const inputs = blocks.filter((block) => block.type === 'input');
  const state = inputs.map(({ block_id = '', element, optional }, place) => {
    const field = element.type === 'plain_text_input' ? element : undefined;
    const value = values[place] ?? field?.initial_value ?? '';
    if (field) refuseUnfit(value, field, optional ?? false);
    const filled = { type: element.type, value: value === '' ? null : value };
    return [block_id, { [element.action_id ?? '']: filled }] as const;
  });
  return Object.fromEntries(state);
}

function refuseUnfit(
  value: string,
  limits: { min_length?: number | undefined; max_length?: number | undefined },
  optional: boolean,
): void {
  const least = Math.max(limits.min_length ?? 0, optional ? 0 : 1);
  const most = limits.max_length ?? 3000;
  if (value.length >= least && value.length <= most) return;
  throw new Error(`The form wants ${least} to ${most} characters, not ${value.length}.`);
}
