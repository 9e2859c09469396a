import { webApi } from '@slack/bolt';
import { SpotterError } from '../../src/errors.ts';

/** Why something cannot be said, by Slack's name for it. */
const REASONS: Readonly<Record<string, string>> = {
  not_in_channel: 'I am not in that channel.',
  channel_not_found: 'I cannot see that channel.',
  is_archived: 'The channel is archived.',
  restricted_action: 'I may not post that here.',
  restricted_action_read_only_channel: 'Nobody but a few may post here.',
  restricted_action_thread_only_channel: 'Here one may only write in threads.',
  restricted_action_non_threadable_channel: 'Here one may not write in threads.',
  ekm_access_denied: 'The administrators do not let me post here.',
  access_denied: 'I may not post that here.',
  no_permission: 'I may not post that here.',
  not_allowed_token_type: 'I may not post that here.',
  missing_scope: 'I am missing a permission.',
  file_uploads_disabled: 'Nobody may upload files here.',
  file_upload_size_restricted: 'The picture is too large to be posted here.',
  user_not_in_channel: 'Only members of the channel can be answered there.',
  thread_not_found: 'The message is gone.',
  message_not_found: 'The message is gone.',
  msg_too_long: 'The answer is too long to be posted.',
  invalid_auth: 'Slack does not accept the token any more.',
  account_inactive: 'Slack does not accept the token any more.',
  token_revoked: 'Slack does not accept the token any more.',
};

/** Slack's name for what went wrong; undefined, where it was something else. */
export const errorOf = (thrown: unknown): string | undefined =>
  thrown instanceof webApi.WebAPIPlatformError ? thrown.data.error : undefined;

/** Whether Slack has answered, and would answer the same again; else it may only have been lost on the way. */
export const isAnswer = (thrown: unknown): boolean =>
  thrown instanceof webApi.WebAPIPlatformError || thrown instanceof webApi.WebAPIHTTPError;

/** The scope that Slack says is missing; the client knows the answer's success only. */
function neededBy(thrown: unknown): string {
  if (!(thrown instanceof webApi.WebAPIPlatformError)) return '';
  const { needed } = thrown.data as { readonly needed?: unknown };
  return typeof needed === 'string' ? needed : '';
}

const BARRED: readonly (string | undefined)[] = Object.keys(REASONS);

/** Whether another way to say it may be open where this one is barred. */
export const isBarred = (thrown: unknown): boolean => BARRED.includes(errorOf(thrown));

/** Why something could not be said: that Slack refused it, or else what the network says. */
export function cannotReply(thrown: unknown): unknown {
  if (thrown instanceof SpotterError) return thrown;
  if (!(thrown instanceof webApi.WebAPIPlatformError)) return bare(thrown);
  const needed = neededBy(thrown);
  const hint = needed
    ? `Give the app the scope ${needed}, and install it anew.`
    : 'Invite me to the channel with /invite; adapters/slack/manifest.yaml has all the scopes that I need.';
  return new SpotterError('cannot-reply', REASONS[errorOf(thrown) ?? ''], hint, bare(thrown));
}

/** Why a picture cannot be had. */
export function cannotSee(thrown?: unknown): SpotterError {
  if (errorOf(thrown) === 'missing_scope') {
    return new SpotterError(
      'not-allowed',
      'I am not allowed to look at files here.',
      `Give the app the scope ${neededBy(thrown) || 'files:read'}, and install it anew.`,
      bare(thrown),
    );
  }
  return new SpotterError(
    'no-picture',
    'Slack does not show me that picture: I may not be in that channel. Invite me with /invite.',
    '',
    bare(thrown),
  );
}

/** A failure as it may be logged: the client's own carry what Slack, or whoever is in its place, has answered. */
export function bare(thrown: unknown): unknown {
  const code = thrown instanceof Error ? String((thrown as NodeJS.ErrnoException).code ?? '') : '';
  return code.startsWith('slack_') ? new Error((thrown as Error).message) : thrown;
}
