/** As much of what Slack sends as is read here. */
export interface SlackFile {
  readonly id?: string;
  readonly name?: string | null;
  readonly mimetype?: string;
  readonly size?: number;
  readonly mode?: string;
  /** Only known to Slack by its address elsewhere. */
  readonly is_external?: boolean;
  readonly url_private?: string;
  readonly url_private_download?: string;
}

interface Attached {
  readonly files?: readonly SlackFile[];
  /** The picture of a page that was linked to. */
  readonly image_url?: string;
}

export interface SlackMessage {
  readonly ts: string;
  readonly thread_ts?: string;
  /** Who wrote what the thread is on. */
  readonly parent_user_id?: string;
  readonly subtype?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly text?: string;
  readonly files?: readonly SlackFile[];
  readonly attachments?: readonly Attached[];
  readonly blocks?: readonly { readonly type?: string; readonly block_id?: string }[];
  readonly edited?: { readonly ts?: string };
}

/** A message where it was said, as `app_mention` and `message` tell it. */
export interface Said extends SlackMessage {
  readonly channel: string;
  readonly channel_type?: string;
}

/** Of `message` events that tell what became of a message. */
export interface Changed {
  readonly channel: string;
  readonly message: SlackMessage;
}

export interface Deleted {
  readonly channel: string;
  readonly deleted_ts: string;
}

/** Conversations with one person alone. */
export const isDirect = (channel: string): boolean => channel.startsWith('D');
