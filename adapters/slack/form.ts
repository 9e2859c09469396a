import type { types } from '@slack/bolt';
import type { PictureRef } from '../../src/chat/contract.ts';

export const FIND = '/find';
export const FORGET = '/find-forget';
/** The shortcut's and the form's `callback_id`, as in manifest.yaml. */
export const FIND_IN_IMAGE = 'find_in_image';

const FIELD = 'expression';
const MOST_METADATA = 3000;

/** What a form is about: Slack keeps it with the form. */
export interface Target {
  readonly channel: string;
  readonly message: string;
  readonly thread?: string;
  /** Of an answer of ours: the conversation to go on with. */
  readonly conversation?: string;
  readonly pictures: readonly PictureRef[];
  readonly responseUrl?: string;
}

/** The form behind "Find in image…". */
export const formFor = (target: Target): types.ModalView => ({
  type: 'modal',
  callback_id: FIND_IN_IMAGE,
  private_metadata: written(target),
  title: { type: 'plain_text', text: 'Find in image…' },
  submit: { type: 'plain_text', text: 'Find' },
  close: { type: 'plain_text', text: 'Cancel' },
  blocks: [
    {
      type: 'input',
      block_id: FIELD,
      label: { type: 'plain_text', text: 'What to look for' },
      element: {
        type: 'plain_text_input',
        action_id: FIELD,
        placeholder: { type: 'plain_text', text: 'the dog on the left' },
      },
    },
  ],
});

/** As many pictures as Slack has room for; their addresses can be asked for again. */
function written(target: Target): string {
  const all = JSON.stringify(target);
  if (all.length <= MOST_METADATA) return all;
  const pictures = target.pictures.slice(0, 5).map(({ key, origin, url, name }) => ({
    ...{ origin, url: key === undefined ? url : '' },
    ...(key !== undefined && { key }),
    ...(name !== undefined && { name: name.slice(0, 100) }),
  }));
  const some = JSON.stringify({ ...target, pictures });
  return some.length <= MOST_METADATA ? some : JSON.stringify({ ...target, pictures: [] });
}

export interface Submitted {
  readonly private_metadata: string;
  readonly state: {
    readonly values: Readonly<Record<string, Readonly<Record<string, { readonly value?: string | null }>>>>;
  };
}

/** What was filled in, and about what. */
export function readForm({ private_metadata, state }: Submitted): { target: Target; text: string } {
  // We have written it, and Slack has signed that it is unchanged.
  const target = JSON.parse(private_metadata) as Target;
  return { target, text: state.values[FIELD]?.[FIELD]?.value ?? '' };
}
